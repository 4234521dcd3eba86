/* Pools: one piece of memory per pool, slot after slot. */
#include "rill_internal.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 4096ull

/* Of the memory, once it is mapped. */
static int32_t pin(rill_device *device, rill_pool *pool) {
    const int32_t code = device->backend->pin == NULL ? RILL_OK : device->backend->pin(device, pool);
    if (code != RILL_OK) {
        rill_memory_unmap(&pool->memory);
    }
    return code;
}

static rill_pool *new_pool(rill_device *device, const rill_format *format, uint32_t slots, uint32_t flags) {
    rill_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        rill_fail(RILL_NO_MEMORY, "pool: no memory");
        return NULL;
    }
    pool->backend = device->backend;
    pool->format = *format;
    pool->slots = slots;
    pool->slot_stride = (format->slot_bytes + PAGE - 1) & ~(PAGE - 1);
    /* Fits: a slot has at most RILL_MAX_SLOT_BYTES. */
    if (rill_memory_map(&pool->memory, "pool", pool->slot_stride * slots, (flags & RILL_POOL_WRITABLE) != 0) != RILL_OK
        || pin(device, pool) != RILL_OK) {
        free(pool);
        return NULL;
    }
    return pool;
}

static void free_pool(rill_pool *pool) {
    if (pool->backend->unpin != NULL) {
        pool->backend->unpin(pool);
    }
    rill_memory_unmap(&pool->memory);
    free(pool);
}

int32_t rill_pool_create(uint64_t device, uint64_t format, uint32_t slots, uint32_t flags, uint64_t info) {
    rill_pool_info *filled = (rill_pool_info *) (uintptr_t) info;
    rill_format checked;
    if (filled == NULL || filled->size < sizeof *filled || filled->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "pool info: missing, or size or version unknown");
    }
    if ((flags & ~RILL_POOL_WRITABLE) != 0) {
        return rill_fail(RILL_BAD_ARGUMENT, "pool: flags %#x, expected 0 or %#x", flags, RILL_POOL_WRITABLE);
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
    rill_pool *pool = new_pool(owner->object, &checked, slots, flags);
    rill_entry_exit(owner);
    if (pool == NULL) {
        return RILL_NO_MEMORY;
    }
    pool->device = device;
    filled->pool = rill_entry_insert(RILL_POOL, pool);
    if (filled->pool == 0) {
        free_pool(pool);
        return rill_fail(RILL_NO_MEMORY, "pool: too many pools are open");
    }
    filled->base = (uint64_t) (uintptr_t) pool->memory.base;
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
        /* Of frames that are finished some users may be left. */
        rill_sessions_reap();
        pool = rill_entry_remove(entry, handle, true);
    }
    if (pool == NULL) {
        return rill_fail(RILL_BUSY, "pool: frames are in flight");
    }
    free_pool(pool);
    return RILL_OK;
}
