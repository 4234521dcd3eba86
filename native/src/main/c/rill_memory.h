/* Memory that other processes may map: pools, and regions that links carry. */
#ifndef RILL_MEMORY_H
#define RILL_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rill_memory {
    uint8_t *base; /* page aligned, zeroed */
    uint64_t bytes;
    int fd;        /* -1 where the system has no memory of this kind: then nobody else can map it */
} rill_memory;

/* Maps memory; RILL_NO_MEMORY after rill_fail names `what`. Others may write it only if they are let to. */
int32_t rill_memory_map(rill_memory *memory, const char *what, uint64_t bytes, bool others_write);
void rill_memory_unmap(rill_memory *memory);

#endif
