/*
 * Anonymous files of the kernel's memory (memfd_create(2)): a descriptor is all that another process needs to map one,
 * nothing has a name that a crash leaves behind, and seals keep others from resizing it or, behind the host's own mapping,
 * from writing it (F_SEAL_FUTURE_WRITE, Linux 5.1).
 */
#define _GNU_SOURCE
#include "rill_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

static int new_file(uint64_t bytes) {
    const int fd = memfd_create("rill", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && ftruncate(fd, (off_t) bytes) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Without the seals that were asked for, the file is for this process alone. */
static int sealed(int fd, bool others_write) {
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | (others_write ? 0 : F_SEAL_FUTURE_WRITE);
    if (fd >= 0 && fcntl(fd, F_ADD_SEALS, seals) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int32_t rill_memory_map(rill_memory *memory, const char *what, uint64_t bytes, bool others_write) {
    int fd = new_file(bytes);
    const int sharing = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, sharing, fd, 0);
    if (base == MAP_FAILED) {
        const int reason = errno;
        if (fd >= 0) {
            close(fd);
        }
        return rill_fail(RILL_NO_MEMORY, "%s: cannot map %llu bytes: %s", what, (unsigned long long) bytes,
                         strerror(reason));
    }
    madvise(base, bytes, MADV_HUGEPAGE); /* Where the system does that for such memory. */
    memory->base = base;
    memory->bytes = bytes;
    memory->fd = sealed(fd, others_write);
    return RILL_OK;
}

void rill_memory_unmap(rill_memory *memory) {
    munmap(memory->base, memory->bytes);
    if (memory->fd >= 0) {
        close(memory->fd);
    }
}

/* ---- regions ---- */

int32_t rill_region_create(uint64_t bytes, uint64_t info) {
    rill_region_info *filled = (rill_region_info *) (uintptr_t) info;
    if (filled == NULL || filled->size < sizeof *filled || filled->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "region info: missing, or size or version unknown");
    }
    if (bytes == 0 || bytes > RILL_MAX_SLOT_BYTES) {
        return rill_fail(RILL_BAD_ARGUMENT, "region: %llu bytes, expected 1 to %llu", (unsigned long long) bytes,
                         RILL_MAX_SLOT_BYTES);
    }
    rill_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL) {
        return rill_fail(RILL_NO_MEMORY, "region: no memory");
    }
    if (rill_memory_map(memory, "region", bytes, true) != RILL_OK) {
        free(memory);
        return RILL_NO_MEMORY;
    }
    filled->region = rill_entry_insert(RILL_REGION, memory);
    if (filled->region == 0) {
        rill_memory_unmap(memory);
        free(memory);
        return rill_fail(RILL_NO_MEMORY, "region: too many regions are open");
    }
    filled->base = (uint64_t) (uintptr_t) memory->base;
    return RILL_OK;
}

int32_t rill_region_close(uint64_t handle) {
    rill_entry *entry = rill_entry_peek(RILL_REGION, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "region handle %#llx is stale or not a region", (unsigned long long) handle);
    }
    rill_memory *memory = rill_entry_remove(entry, handle, true);
    if (memory == NULL) {
        return rill_fail(RILL_BUSY, "region: a link is sharing it");
    }
    rill_memory_unmap(memory);
    free(memory);
    return RILL_OK;
}
