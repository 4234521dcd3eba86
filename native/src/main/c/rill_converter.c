/* Converters as handles. */
#include "rill_tensor.h"

int32_t rill_converter_open(uint64_t format, uint64_t tensor, uint64_t handle) {
    uint64_t *result = (uint64_t *) (uintptr_t) handle;
    rill_converter *converter = NULL;
    if (result == NULL) {
        return rill_fail(RILL_BAD_ARGUMENT, "converter: no place for the handle");
    }
    const int32_t code = rill_converter_make((const rill_format *) (uintptr_t) format,
                                             (const rill_tensor *) (uintptr_t) tensor, &converter);
    if (code != RILL_OK) {
        return code;
    }
    *result = rill_entry_insert(RILL_CONVERTER, converter);
    if (*result == 0) {
        rill_converter_free(converter);
        return rill_fail(RILL_NO_MEMORY, "converter: too many converters are open");
    }
    return RILL_OK;
}

static rill_entry *enter(uint64_t handle) {
    rill_entry *entry = rill_entry_enter(RILL_CONVERTER, handle);
    if (entry == NULL) {
        rill_fail(RILL_BAD_HANDLE, "converter handle %#llx is stale or not a converter", (unsigned long long) handle);
    }
    return entry;
}

int32_t rill_converter_bytes(uint64_t handle, uint64_t bytes) {
    rill_entry *entry = enter(handle);
    if (entry == NULL) {
        return RILL_BAD_HANDLE;
    }
    const rill_converter *converter = entry->object;
    int32_t code = RILL_OK;
    if (bytes == 0) {
        code = rill_fail(RILL_BAD_ARGUMENT, "converter: no place for the number of bytes");
    } else {
        *(uint64_t *) (uintptr_t) bytes = converter->tensor_bytes;
    }
    rill_entry_exit(entry);
    return code;
}

static int32_t convert(uint64_t handle, uint64_t from, uint64_t to,
                       void (*run)(const rill_converter *converter, const uint8_t *from, uint8_t *to)) {
    rill_entry *entry = enter(handle);
    if (entry == NULL) {
        return RILL_BAD_HANDLE;
    }
    rill_converter *converter = entry->object;
    int32_t code = RILL_OK;
    if (from == 0 || to == 0) {
        code = rill_fail(RILL_BAD_ARGUMENT, "converter: address 0");
    } else if (atomic_exchange(&converter->is_busy, true)) {
        code = rill_fail(RILL_BUSY, "converter: it converts for another thread");
    } else {
        run(converter, (const uint8_t *) (uintptr_t) from, (uint8_t *) (uintptr_t) to);
        atomic_store(&converter->is_busy, false);
    }
    rill_entry_exit(entry);
    return code;
}

int32_t rill_converter_in(uint64_t handle, uint64_t frame, uint64_t tensor) {
    return convert(handle, frame, tensor, rill_converter_run_in);
}

int32_t rill_converter_out(uint64_t handle, uint64_t tensor, uint64_t frame) {
    return convert(handle, tensor, frame, rill_converter_run_out);
}

int32_t rill_converter_close(uint64_t handle) {
    rill_entry *entry = rill_entry_peek(RILL_CONVERTER, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "converter handle %#llx is stale or not a converter",
                         (unsigned long long) handle);
    }
    rill_converter *converter = rill_entry_remove(entry, handle, true);
    if (converter == NULL) {
        return rill_fail(RILL_BUSY, "converter: it converts");
    }
    rill_converter_free(converter);
    return RILL_OK;
}
