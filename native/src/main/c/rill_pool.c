/* Pools: one mapping per pool, slot after slot. */
#include "rill_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096ull

static rill_pool *map_pool(const rill_format *format, uint32_t slots) {
    rill_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        return NULL;
    }
    pool->format = *format;
    pool->slots = slots;
    pool->slot_stride = (format->slot_bytes + PAGE - 1) & ~(PAGE - 1);
    pool->bytes = pool->slot_stride * slots; /* Fits: a slot has at most RILL_MAX_SLOT_BYTES. */
    void *base = mmap(NULL, pool->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        free(pool);
        return NULL;
    }
    pool->base = base;
    return pool;
}

static void unmap_pool(rill_pool *pool) {
    munmap(pool->base, pool->bytes);
    free(pool);
}

int32_t rill_pool_create(uint64_t device, uint64_t format, uint32_t slots, uint64_t info) {
    rill_pool_info *filled = (rill_pool_info *) (uintptr_t) info;
    rill_format checked;
    if (filled == NULL || filled->size < sizeof *filled || filled->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "pool info: missing, or size or version unknown");
    }
    if (slots < 1 || slots > RILL_MAX_SLOTS) {
        return rill_fail(RILL_BAD_ARGUMENT, "pool: %u slots, expected 1 to %d", slots, RILL_MAX_SLOTS);
    }
    if (rill_format_check((const rill_format *) (uintptr_t) format, &checked) != RILL_OK) {
        return RILL_BAD_ARGUMENT;
    }
    rill_entry *owner = rill_entry_enter(RILL_DEVICE, device);
    if (owner == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "pool: device handle %#llx is stale or not a device",
                         (unsigned long long) device);
    }
    rill_pool *pool = map_pool(&checked, slots);
    rill_entry_exit(owner);
    if (pool == NULL) {
        return rill_fail(RILL_NO_MEMORY, "pool: cannot map %u slots of %llu bytes: %s", slots,
                         (unsigned long long) checked.slot_bytes, strerror(errno));
    }
    pool->device = device;
    filled->pool = rill_entry_insert(RILL_POOL, pool);
    if (filled->pool == 0) {
        unmap_pool(pool);
        return rill_fail(RILL_NO_MEMORY, "pool: too many pools are open");
    }
    filled->base = (uint64_t) (uintptr_t) pool->base;
    filled->slot_stride = pool->slot_stride;
    filled->slots = slots;
    return RILL_OK;
}

int32_t rill_pool_close(uint64_t handle) {
    rill_entry *entry = rill_entry_peek(RILL_POOL, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "pool handle %#llx is stale or not a pool", (unsigned long long) handle);
    }
    rill_pool *pool = rill_entry_remove(entry, handle, true);
    if (pool == NULL) {
        return rill_fail(RILL_BUSY, "pool: frames are in flight");
    }
    unmap_pool(pool);
    return RILL_OK;
}
