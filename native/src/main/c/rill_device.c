/* The device list, and what is the same for devices of every kind. */
#include "rill_internal.h"

#define CPU_INDEX 0
#define FIRST_CUDA_INDEX 1

int32_t rill_probe(uint64_t infos, uint32_t capacity) {
    rill_device_info *info = (rill_device_info *) (uintptr_t) infos;
    const uint32_t room = info == NULL ? 0 : capacity;
    for (uint32_t i = 0; i < room; i++) {
        if (info[i].size != sizeof *info || info[i].version != RILL_STRUCT_VERSION) {
            return rill_fail(RILL_BAD_ARGUMENT, "device info %u: size %u version %u, expected %zu and %d", i,
                             info[i].size, info[i].version, sizeof *info, RILL_STRUCT_VERSION);
        }
    }
    const uint32_t count = FIRST_CUDA_INDEX + rill_cuda_count();
    for (uint32_t i = 0; i < room && i < count; i++) {
        rill_describe(i, (uint64_t) (uintptr_t) &info[i]);
    }
    return (int32_t) count;
}

int32_t rill_describe(uint32_t index, uint64_t info) {
    rill_device_info *filled = (rill_device_info *) (uintptr_t) info;
    if (filled == NULL || filled->size < sizeof *filled || filled->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "device info: missing, or size or version unknown");
    }
    filled->index = index;
    if (index == CPU_INDEX) {
        rill_cpu_describe(filled);
        return RILL_OK;
    }
    return rill_cuda_describe(filled, index - FIRST_CUDA_INDEX) ? RILL_OK
        : rill_fail(RILL_UNSUPPORTED, "device %u: unknown, see rill_probe", index);
}

bool rill_device_is_lost(rill_device *device) {
    return atomic_load(&device->fault_status) == RILL_DEVICE_LOST;
}

int32_t rill_device_open(uint32_t index, uint64_t options, uint64_t handle) {
    const rill_device_options *wanted = (const rill_device_options *) (uintptr_t) options;
    uint64_t *result = (uint64_t *) (uintptr_t) handle;
    if (wanted == NULL || result == NULL || wanted->size < sizeof *wanted || wanted->version != RILL_STRUCT_VERSION
        || wanted->threads < 1 || wanted->threads > RILL_MAX_THREADS) {
        return rill_fail(RILL_BAD_ARGUMENT, "device options: missing, size or version unknown, or threads not from 1 "
                         "to %d", RILL_MAX_THREADS);
    }
    rill_device *device =
        index == CPU_INDEX ? rill_cpu_open(wanted->threads) : rill_cuda_open(index - FIRST_CUDA_INDEX);
    if (device == NULL) {
        return index == CPU_INDEX ? RILL_NO_MEMORY : RILL_UNSUPPORTED;
    }
    const uint64_t opened = rill_entry_insert(RILL_DEVICE, device);
    if (opened == 0) {
        device->backend->stop(device, 1000000000);
        return rill_fail(RILL_NO_MEMORY, "device: too many devices are open");
    }
    *result = opened;
    return RILL_OK;
}

int32_t rill_device_fault(uint64_t handle, uint64_t delay_ns, int32_t status) {
    rill_entry *entry = rill_entry_enter(RILL_DEVICE, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "device handle %#llx is stale or not a device", (unsigned long long) handle);
    }
    rill_device *device = entry->object;
    atomic_store(&device->fault_delay_ns, (int64_t) delay_ns);
    if (!rill_device_is_lost(device)) {
        atomic_store(&device->fault_status, status);
    }
    rill_entry_exit(entry);
    return RILL_OK;
}

static int32_t time_copies(rill_device *device, rill_pool *pool, uint64_t bytes, uint32_t rounds, uint32_t directions,
                           double *ns) {
    if (pool->slots < 2 || bytes == 0 || bytes > pool->format.slot_bytes || rounds == 0 || directions == 0
        || directions > (RILL_COPY_IN | RILL_COPY_OUT) || ns == NULL) {
        return rill_fail(RILL_BAD_ARGUMENT, "copies: %u slots, %llu bytes, %u rounds, directions %u, expected two slots, 1 to "
                         "%llu bytes, rounds, directions 1 to 3 and a place for the time", pool->slots,
                         (unsigned long long) bytes, rounds, directions, (unsigned long long) pool->format.slot_bytes);
    }
    int64_t took_ns = 0;
    const int32_t code = device->backend->copy(device, pool, bytes, rounds, directions, &took_ns);
    *ns = (double) took_ns / rounds;
    return code;
}

int32_t rill_device_copies_await(uint64_t device, uint64_t pool, uint64_t bytes, uint32_t rounds, uint32_t directions,
                                 uint64_t ns) {
    rill_entry *owner = rill_entry_enter(RILL_DEVICE, device);
    rill_entry *slots = rill_entry_enter(RILL_POOL, pool);
    int32_t code = RILL_BAD_HANDLE;
    if (owner == NULL || slots == NULL) {
        rill_fail(code, "copies: the handle of the device or of the pool is stale");
    } else {
        code = time_copies(owner->object, slots->object, bytes, rounds, directions, (double *) (uintptr_t) ns);
    }
    if (owner != NULL) {
        rill_entry_exit(owner);
    }
    if (slots != NULL) {
        rill_entry_exit(slots);
    }
    return code;
}

int32_t rill_device_close(uint64_t handle, uint64_t timeout_ns) {
    rill_entry *entry = rill_entry_peek(RILL_DEVICE, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "device handle %#llx is stale or not a device", (unsigned long long) handle);
    }
    /* Sessions are users: removal succeeds only without them, and only for one caller. */
    rill_device *device = rill_entry_remove(entry, handle, true);
    if (device == NULL) {
        return rill_fail(RILL_BUSY, "device: sessions are open");
    }
    return device->backend->stop(device, timeout_ns);
}
