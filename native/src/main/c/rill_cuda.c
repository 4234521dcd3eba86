/* CUDA devices: the list of them, their pinned memory, opening and closing; rill_cuda_frame.c says how a frame goes. */
#include "rill_cuda.h"
#include "rill_ptx.h"

#include <stdio.h>
#include <stdlib.h>

#define JIT_LOG_BYTES 1024
#define MAX_DEVICE_NAME 96

/* ---- calls ---- */

int32_t rill_cuda_failed(const char *what, cu_result code, int32_t answer) {
    return rill_fail(answer, "%s: CUDA error %d, %s", what, code, rill_driver_text(code));
}

/* Contexts that were opened in this process: one that was destroyed may come back under its old address. */
static _Atomic uint64_t epoch;
static _Thread_local struct { cu_context context; uint64_t epoch; } current;

/*
 * Makes the context current on the calling thread, which may be another one with each call. The primary context is
 * what other users of CUDA in a process use as well, so that they do not take it away.
 */
static void enter(const rill_driver *driver, cu_context context) {
    const uint64_t now = atomic_load(&epoch);
    if (current.context != context || current.epoch != now) {
        driver->context_set(context);
        current.context = context;
        current.epoch = now;
    }
}

static cu_result retain(const rill_driver *driver, cu_context *context, cu_device ordinal) {
    const cu_result code = driver->context_retain(context, ordinal);
    atomic_fetch_add(&epoch, 1);
    return code;
}

void rill_cuda_enter(const rill_cuda *cuda) {
    enter(cuda->driver, cuda->context);
}

void rill_cuda_enter_again(const rill_cuda *cuda) {
    current.context = NULL;
    rill_cuda_enter(cuda);
}

static bool is_capable(const rill_driver *driver, cu_device device, int attribute) {
    int value = 0;
    return driver->device_attribute(&value, attribute, device) == CU_SUCCESS && value != 0;
}

static int attribute(const rill_driver *driver, cu_device device, int which) {
    int value = 0;
    driver->device_attribute(&value, which, device);
    return value;
}

/* ---- device list ---- */

static void describe(const rill_driver *driver, rill_device_info *info, int ordinal) {
    cu_device device = 0;
    char name[MAX_DEVICE_NAME] = "";
    size_t memory = 0;
    const cu_result code = driver->device_get(&device, ordinal);
    info->usable = code == CU_SUCCESS;
    if (code != CU_SUCCESS) {
        snprintf(info->refusal, sizeof info->refusal, "cuDeviceGet: error %d, %s", code, rill_driver_text(code));
        return;
    }
    driver->device_name(name, sizeof name, device);
    driver->device_memory(&memory, device);
    info->capabilities = RILL_CAPABILITY_I420 | RILL_CAPABILITY_NV12 | RILL_CAPABILITY_WHOLE_SLOTS
        | (is_capable(driver, device, CU_ATTRIBUTE_WRITE_VALUE_64) ? RILL_CAPABILITY_WRITE_64 : 0)
        | (is_capable(driver, device, CU_ATTRIBUTE_IPC) ? RILL_CAPABILITY_IPC : 0);
    const int length = snprintf(info->description, sizeof info->description, "%.48s, sm_%d%d, %llu MiB, ", name,
                                attribute(driver, device, CU_ATTRIBUTE_MAJOR),
                                attribute(driver, device, CU_ATTRIBUTE_MINOR), (unsigned long long) memory >> 20);
    if (length > 0 && (size_t) length < sizeof info->description) {
        snprintf(info->description + length, sizeof info->description - (size_t) length,
                 "driver of CUDA %d.%d, %d copy engines", driver->version / 1000, driver->version % 1000 / 10,
                 attribute(driver, device, CU_ATTRIBUTE_COPY_ENGINES));
    }
}

/* One entry where there is no driver: it says why. */
uint32_t rill_cuda_count(void) {
    const char *refusal = "";
    const rill_driver *driver = rill_driver_get(&refusal);
    return driver == NULL ? 1 : (uint32_t) driver->devices;
}

bool rill_cuda_describe(rill_device_info *info, uint32_t ordinal) {
    const char *refusal = "";
    const rill_driver *driver = rill_driver_get(&refusal);
    if (ordinal >= rill_cuda_count()) {
        return false;
    }
    const bool is_simulator = driver != NULL && driver->is_simulator;
    const char *kind = is_simulator ? "simulator" : "cuda";
    info->kind = is_simulator ? RILL_KIND_SIMULATOR : RILL_KIND_CUDA;
    info->usable = 0;
    info->capabilities = 0;
    info->refusal[0] = 0;
    snprintf(info->name, sizeof info->name, ordinal == 0 ? "%s" : "%s:%u", kind, ordinal % 1000);
    snprintf(info->description, sizeof info->description, "NVIDIA GPU through the driver API");
    if (driver == NULL) {
        snprintf(info->refusal, sizeof info->refusal, "%s", refusal);
    } else {
        describe(driver, info, (int) ordinal);
    }
    return true;
}

/* ---- memory ---- */

static int32_t cuda_pin(rill_device *device, rill_pool *pool) {
    rill_cuda *cuda = (rill_cuda *) device;
    const rill_driver *driver = cuda->driver;
    cu_context context = NULL;
    /* A reference of its own, since pools may outlive the device. */
    cu_result code = retain(driver, &context, cuda->ordinal);
    if (code != CU_SUCCESS) {
        return rill_cuda_failed("pool: cuDevicePrimaryCtxRetain", code, RILL_NO_MEMORY);
    }
    enter(driver, context);
    code = driver->host_register(pool->memory.base, pool->memory.bytes, CU_HOST_PORTABLE | CU_HOST_MAPPED);
    if (code != CU_SUCCESS) {
        driver->context_release(cuda->ordinal);
        return rill_fail(RILL_NO_MEMORY, "pool: cannot pin %u slots of %llu bytes: CUDA error %d, %s", pool->slots,
                         (unsigned long long) pool->format.slot_bytes, code, rill_driver_text(code));
    }
    pool->backend_data = (void *) (intptr_t) cuda->ordinal;
    return RILL_OK;
}

static void cuda_unpin(rill_pool *pool) {
    const char *refusal = "";
    const rill_driver *driver = rill_driver_get(&refusal);
    const cu_device ordinal = (cu_device) (intptr_t) pool->backend_data;
    cu_context context = NULL;
    if (retain(driver, &context, ordinal) == CU_SUCCESS) {
        enter(driver, context);
        driver->host_unregister(pool->memory.base);
        driver->context_release(ordinal);
    }
    driver->context_release(ordinal);
}

static bool cuda_reserve(rill_device *device) {
    (void) device;
    return true;
}

static void cuda_unreserve(rill_device *device) {
    (void) device;
}

/* ---- open and close ---- */

static void free_device(rill_cuda *cuda) {
    const rill_driver *driver = cuda->driver;
    enter(driver, cuda->context);
    for (uint32_t i = 0; i < RILL_CUDA_SETS * STREAMS; i++) {
        if (cuda->streams[i / STREAMS][i % STREAMS] != NULL) {
            driver->stream_destroy(cuda->streams[i / STREAMS][i % STREAMS]);
        }
    }
    if (cuda->tensors != NULL) {
        driver->module_unload(cuda->tensors);
    }
    if (cuda->module != NULL) {
        driver->module_unload(cuda->module);
    }
    pthread_mutex_destroy(&cuda->loading);
    if (cuda->context != NULL) {
        driver->context_release(cuda->ordinal);
    }
    free(cuda);
}

static bool is_busy(const rill_cuda *cuda) {
    for (uint32_t set = 0; set < RILL_CUDA_SETS; set++) {
        if (cuda->driver->stream_query(cuda->streams[set][STREAM_OUT]) == CU_NOT_READY) {
            return true;
        }
    }
    return false;
}

static int32_t cuda_stop(rill_device *device, uint64_t timeout_ns) {
    rill_cuda *cuda = (rill_cuda *) device;
    const int64_t begin_ns = rill_now_ns();
    enter(cuda->driver, cuda->context);
    while (is_busy(cuda)) {
        if ((uint64_t) (rill_now_ns() - begin_ns) > timeout_ns) {
            return rill_fail(RILL_TIMEOUT, "device: frames are still running");
        }
        rill_sleep_ns(RILL_CUDA_STEP_NS);
    }
    free_device(cuda);
    return RILL_OK;
}

static const rill_backend backend = {
    .pin = cuda_pin, .unpin = cuda_unpin, .attach = rill_cuda_attach, .detach = rill_cuda_detach,
    .reserve = cuda_reserve, .unreserve = cuda_unreserve, .start = rill_cuda_start, .reap = rill_cuda_reap,
    .check = rill_cuda_check, .copy = rill_cuda_copy, .stop = cuda_stop,
};

int32_t rill_cuda_load(const rill_cuda *cuda, const char *text, cu_module *module) {
    char log[JIT_LOG_BYTES] = "";
    int keys[] = {CU_JIT_ERROR_LOG, CU_JIT_ERROR_LOG_BYTES};
    void *values[] = {log, (void *) (uintptr_t) sizeof log};
    const cu_result code = cuda->driver->module_load(module, text, 2, keys, values);
    return code == CU_SUCCESS ? RILL_OK
        : rill_fail(RILL_UNSUPPORTED, "device: the kernels cannot be loaded: CUDA error %d, %s %s", code,
                    rill_driver_text(code), log);
}

static bool load_kernels(rill_cuda *cuda) {
    return rill_cuda_load(cuda, rill_ptx, &cuda->module) == RILL_OK
        && (is_capable(cuda->driver, cuda->ordinal, CU_ATTRIBUTE_WRITE_VALUE_64)
            || cuda->driver->module_function(&cuda->complete, cuda->module, "rill_complete") == CU_SUCCESS);
}

static bool start_device(rill_cuda *cuda, uint32_t ordinal) {
    const rill_driver *driver = cuda->driver;
    cu_result code = driver->device_get(&cuda->ordinal, (int) ordinal);
    code = code ? code : retain(driver, &cuda->context, cuda->ordinal);
    if (code != CU_SUCCESS) {
        rill_cuda_failed("device", code, RILL_UNSUPPORTED);
        return false;
    }
    enter(driver, cuda->context);
    for (uint32_t i = 0; i < RILL_CUDA_SETS * STREAMS && code == CU_SUCCESS; i++) {
        code = driver->stream_create(&cuda->streams[i / STREAMS][i % STREAMS], CU_STREAM_NON_BLOCKING);
    }
    if (code != CU_SUCCESS) {
        rill_cuda_failed("device: cuStreamCreate", code, RILL_UNSUPPORTED);
        return false;
    }
    return load_kernels(cuda);
}

rill_device *rill_cuda_open(uint32_t ordinal) {
    const char *refusal = "";
    const rill_driver *driver = rill_driver_get(&refusal);
    if (driver == NULL) {
        rill_fail(RILL_UNSUPPORTED, "device %u: %s", ordinal + 1, refusal);
        return NULL;
    }
    if (ordinal >= (uint32_t) driver->devices) {
        rill_fail(RILL_UNSUPPORTED, "device %u: unknown, expected 0 (cpu) to %d", ordinal + 1, driver->devices);
        return NULL;
    }
    rill_cuda *cuda = calloc(1, sizeof *cuda);
    if (cuda == NULL) {
        rill_fail(RILL_NO_MEMORY, "device: no memory");
        return NULL;
    }
    cuda->device.backend = &backend;
    cuda->driver = driver;
    pthread_mutex_init(&cuda->loading, NULL);
    if (!start_device(cuda, ordinal)) {
        free_device(cuda);
        return NULL;
    }
    return &cuda->device;
}
