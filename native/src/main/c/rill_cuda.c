/*
 * CUDA devices. A frame is copied in, worked on and copied out on three streams of its device that events join, and the
 * device itself raises the host's counter behind the last copy: submitting costs the calls below, completing none.
 *
 *     copy in ─▶ record ─▶ (compute waits) ─▶ launch ─▶ record ─▶ (out waits) ─▶ copy out ─▶ write the counter
 *
 * All device memory of a session is allocated when it opens. An error of a kernel is for ever in CUDA: the context is
 * dead then, and with it the device.
 */
#include "rill_driver.h"
#include "rill_internal.h"
#include "rill_kernel_args.h"
#include "rill_ptx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_X 64
#define BLOCK_Y 4
#define JIT_LOG_BYTES 1024
#define SLOT_ALIGNMENT 256ull
#define STOP_STEP_NS 1000000
#define SETTLE_NS 1000000000
#define MAX_DEVICE_NAME 96

enum { STREAM_IN, STREAM_COMPUTE, STREAM_OUT, STREAMS };

typedef struct rill_cuda {
    rill_device device;
    const rill_driver *driver;
    cu_device ordinal;
    cu_context context;
    cu_module module;
    cu_function complete; /* the kernel that tells the host, or NULL where the driver can write values itself */
    cu_stream streams[STREAMS];
} rill_cuda;

typedef struct rill_cuda_session {
    cu_function kernel;
    cu_pointer memory;    /* by record: source, then result */
    uint64_t slot_stride;
    uint64_t first_byte;  /* used bytes of a slot, from the first plane to the end of the last */
    uint64_t used_bytes;
    cu_pointer completed; /* the host's counter, as the device sees it */
    cu_event *events;     /* by record: copied in, worked on */
    uint32_t event_count;
    rill_kernel_args args;
    unsigned grid_x;
    unsigned grid_y;
    bool is_registered;
} rill_cuda_session;

/* ---- calls ---- */

static int32_t failed(const char *what, cu_result code, int32_t answer) {
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

static int32_t cuda_map(rill_device *device, rill_pool *pool) {
    rill_cuda *cuda = (rill_cuda *) device;
    const rill_driver *driver = cuda->driver;
    cu_context context = NULL;
    void *base = NULL;
    /* A reference of its own, since pools may outlive the device. */
    cu_result code = retain(driver, &context, cuda->ordinal);
    if (code != CU_SUCCESS) {
        return failed("pool: cuDevicePrimaryCtxRetain", code, RILL_NO_MEMORY);
    }
    enter(driver, context);
    code = driver->host_alloc(&base, pool->bytes, CU_HOST_PORTABLE | CU_HOST_MAPPED);
    if (code != CU_SUCCESS) {
        driver->context_release(cuda->ordinal);
        return rill_fail(RILL_NO_MEMORY, "pool: cannot pin %u slots of %llu bytes: CUDA error %d, %s", pool->slots,
                         (unsigned long long) pool->format.slot_bytes, code, rill_driver_text(code));
    }
    memset(base, 0, pool->bytes);
    pool->base = base;
    pool->backend_data = (void *) (intptr_t) cuda->ordinal;
    return RILL_OK;
}

static void cuda_unmap(rill_pool *pool) {
    const char *refusal = "";
    const rill_driver *driver = rill_driver_get(&refusal);
    const cu_device ordinal = (cu_device) (intptr_t) pool->backend_data;
    cu_context context = NULL;
    if (retain(driver, &context, ordinal) == CU_SUCCESS) {
        enter(driver, context);
        driver->host_free(pool->base);
        driver->context_release(ordinal);
    }
    driver->context_release(ordinal);
}

/* ---- sessions ---- */

static void set_geometry(rill_cuda_session *own, const rill_format *format) {
    unsigned rows = 0;
    uint64_t end = 0;
    for (uint32_t i = 0; i < format->plane_count; i++) {
        own->args.plane_offset[i] = format->plane_offset[i];
        own->args.plane_stride[i] = format->plane_stride[i];
        own->args.plane_width[i] = format->plane_width[i];
        own->args.plane_rows[i] = format->plane_rows[i];
        rows += format->plane_rows[i];
        end = format->plane_offset[i] + (uint64_t) format->plane_stride[i] * (format->plane_rows[i] - 1)
            + format->plane_width[i];
    }
    own->args.plane_count = format->plane_count;
    own->args.interleaved = format->pixel_format == RILL_PIXEL_NV12;
    own->grid_x = (format->width + BLOCK_X - 1) / BLOCK_X;
    own->grid_y = (rows + BLOCK_Y - 1) / BLOCK_Y;
    own->first_byte = format->plane_offset[0];
    own->used_bytes = end - own->first_byte;
    own->slot_stride = (format->slot_bytes + SLOT_ALIGNMENT - 1) & ~(SLOT_ALIGNMENT - 1);
}

static int32_t find_kernel(rill_cuda *cuda, rill_session *session, rill_cuda_session *own) {
    char name[RILL_MODEL_NAME_BYTES + 8];
    snprintf(name, sizeof name, "rill_%s", session->model->name);
    const cu_result code = cuda->driver->module_function(&own->kernel, cuda->module, name);
    return code == CU_SUCCESS ? RILL_OK
        : rill_fail(RILL_UNSUPPORTED, "session: the device has no kernel %s: CUDA error %d, %s", name, code,
                    rill_driver_text(code));
}

static int32_t allocate(rill_cuda *cuda, rill_session *session, rill_cuda_session *own) {
    const rill_driver *driver = cuda->driver;
    const uint64_t records = session->mask + 1;
    const uint64_t bytes = 2 * records * own->slot_stride;
    cu_result code = driver->memory_alloc(&own->memory, bytes);
    if (code == CU_SUCCESS) {
        code = driver->memory_set(own->memory, 0, bytes);
    }
    if (code != CU_SUCCESS) {
        return rill_fail(RILL_NO_MEMORY, "session: %llu bytes of device memory: CUDA error %d, %s",
                         (unsigned long long) bytes, code, rill_driver_text(code));
    }
    own->events = calloc(2 * records, sizeof *own->events);
    while (code == CU_SUCCESS && own->events != NULL && own->event_count < 2 * records) {
        code = driver->event_create(&own->events[own->event_count], CU_EVENT_NO_TIMING);
        own->event_count += code == CU_SUCCESS ? 1 : 0;
    }
    return own->events != NULL && code == CU_SUCCESS ? RILL_OK : failed("session: cuEventCreate", code, RILL_NO_MEMORY);
}

static int32_t share_counter(rill_cuda *cuda, rill_session *session, rill_cuda_session *own) {
    const rill_driver *driver = cuda->driver;
    const size_t bytes = sizeof(rill_completion_block) + (session->mask + 1ull) * sizeof(rill_completion);
    cu_result code = driver->host_register(session->block, bytes, CU_HOST_PORTABLE | CU_HOST_MAPPED);
    own->is_registered = code == CU_SUCCESS;
    if (code == CU_SUCCESS) {
        code = driver->host_device_pointer(&own->completed, &session->block->completed, 0);
    }
    return code == CU_SUCCESS ? RILL_OK : failed("session: the completion block cannot be shared", code, RILL_NO_MEMORY);
}

/* Waits until no stream touches memory any more, for a moment at most: a device that is lost may hang. */
static void settle(rill_cuda *cuda) {
    const int64_t deadline_ns = rill_now_ns() + SETTLE_NS;
    for (uint32_t i = 0; i < STREAMS; i++) {
        while (cuda->driver->stream_query(cuda->streams[i]) == CU_NOT_READY && rill_now_ns() < deadline_ns) {
            rill_sleep_ns(STOP_STEP_NS);
        }
    }
}

static void cuda_detach(rill_session *session) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    rill_cuda_session *own = session->backend_data;
    const rill_driver *driver = cuda->driver;
    enter(driver, cuda->context);
    if (own->is_registered) {
        driver->host_unregister(session->block);
    }
    for (uint32_t i = 0; i < own->event_count; i++) {
        driver->event_destroy(own->events[i]);
    }
    if (own->memory != 0) {
        driver->memory_free(own->memory);
    }
    free(own->events);
    free(own);
    session->backend_data = NULL;
}

static int32_t cuda_attach(rill_session *session) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    rill_cuda_session *own = calloc(1, sizeof *own);
    if (own == NULL) {
        return rill_fail(RILL_NO_MEMORY, "session: no memory");
    }
    session->backend_data = own;
    enter(cuda->driver, cuda->context);
    set_geometry(own, &session->format);
    int32_t code = find_kernel(cuda, session, own);
    if (code == RILL_OK) {
        code = allocate(cuda, session, own);
    }
    if (code == RILL_OK) {
        code = share_counter(cuda, session, own);
    }
    if (code != RILL_OK) {
        cuda_detach(session);
    }
    return code;
}

/* ---- frames ---- */

static bool cuda_reserve(rill_device *device) {
    (void) device;
    return true;
}

static void cuda_unreserve(rill_device *device) {
    (void) device;
}

static void sleep_on_stream(void *ns) {
    rill_sleep_ns((int64_t) (intptr_t) ns);
}

/* The result of the frame before lies in its place of the window still, since frames run in order on their stream. */
static cu_pointer result_before(const rill_session *session, const rill_cuda_session *own, uint64_t ticket) {
    const uint64_t record = (ticket - 1) & session->mask;
    return ticket == 0 ? 0 : own->memory + (2 * record + 1) * own->slot_stride;
}

static cu_result launch(rill_cuda *cuda, rill_session *session, const rill_job *job, cu_pointer in, cu_pointer out) {
    rill_cuda_session *own = session->backend_data;
    rill_kernel_args args = own->args;
    void *parameters[] = {&args};
    args.in = in;
    args.out = out;
    args.before = result_before(session, own, job->ticket);
    memcpy(args.prepared, job->prepared, sizeof args.prepared);
    return cuda->driver->launch(own->kernel, own->grid_x, own->grid_y, 1, BLOCK_X, BLOCK_Y, 1, 0,
                                cuda->streams[STREAM_COMPUTE], parameters, NULL);
}

static cu_result copy_and_launch(rill_cuda *cuda, rill_session *session, rill_job *job, bool runs) {
    const rill_driver *driver = cuda->driver;
    rill_cuda_session *own = session->backend_data;
    const uint64_t record = job->ticket & session->mask;
    const cu_pointer in = own->memory + 2 * record * own->slot_stride;
    const cu_pointer out = in + own->slot_stride;
    cu_event *copied = &own->events[2 * record];
    cu_event *worked = copied + 1;
    const int64_t delay_ns = atomic_load(&session->device->fault_delay_ns);
    cu_result code = driver->copy_in(in + own->first_byte, job->in + own->first_byte, own->used_bytes,
                                     cuda->streams[STREAM_IN]);
    code = code ? code : driver->event_record(*copied, cuda->streams[STREAM_IN]);
    code = code ? code : driver->stream_wait(cuda->streams[STREAM_COMPUTE], *copied, 0);
    if (delay_ns > 0) {
        code = code ? code : driver->host_function(cuda->streams[STREAM_COMPUTE], sleep_on_stream,
                                                   (void *) (intptr_t) delay_ns);
    }
    code = code || !runs ? code : launch(cuda, session, job, in, out);
    code = code ? code : driver->event_record(*worked, cuda->streams[STREAM_COMPUTE]);
    code = code ? code : driver->stream_wait(cuda->streams[STREAM_OUT], *worked, 0);
    code = code || !runs ? code : driver->copy_out(job->out + own->first_byte, out + own->first_byte, own->used_bytes,
                                                   cuda->streams[STREAM_OUT]);
    return code;
}

static cu_result tell_host(rill_cuda *cuda, rill_cuda_session *own, uint64_t completed) {
    if (cuda->complete == NULL) {
        return cuda->driver->stream_write(cuda->streams[STREAM_OUT], own->completed, completed, CU_WRITE_VALUE_DEFAULT);
    }
    cu_pointer counter = own->completed;
    void *parameters[] = {&counter, &completed};
    return cuda->driver->launch(cuda->complete, 1, 1, 1, 1, 1, 1, 0, cuda->streams[STREAM_OUT], parameters, NULL);
}

static void lose(rill_device *device) {
    atomic_store(&device->fault_status, RILL_DEVICE_LOST);
}

/* The device raises the counter as it gets there; users of what it has passed are given up when somebody looks. */
static void cuda_reap(rill_session *session) {
    pthread_mutex_lock(&session->publishing);
    const uint64_t completed = rill_load_acquire(&session->block->completed);
    while (session->completed < completed) {
        rill_job_release_pools(&session->jobs[session->completed & session->mask]);
        session->completed++;
        rill_entry_exit(session->entry);
    }
    pthread_mutex_unlock(&session->publishing);
}

/* Only what the device has got in full may be completed in its place: the rest is refused by whoever submits it. */
static void note_started(rill_session *session, uint64_t tickets) {
    pthread_mutex_lock(&session->publishing);
    session->started = tickets;
    pthread_mutex_unlock(&session->publishing);
}

/* A frame that is its own result is told in its turn, and costs nothing else. */
static int32_t cuda_start(rill_session *session, rill_job *job) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    const int32_t fault = atomic_load(&session->device->fault_status);
    cu_result code = CU_SUCCESS;
    enter(cuda->driver, cuda->context);
    rill_record_write(session, job, fault, rill_now_ns());
    if (job->in != job->out || atomic_load(&session->device->fault_delay_ns) > 0) {
        code = copy_and_launch(cuda, session, job, fault == RILL_OK && job->in != job->out);
    }
    code = code ? code : tell_host(cuda, session->backend_data, job->ticket + 1);
    if (code == CU_SUCCESS) {
        note_started(session, job->ticket + 1);
        return RILL_OK;
    }
    lose(session->device);
    settle(cuda); /* A part of the frame may be under way, and its slots go back to the caller. */
    rill_set_state(session, RILL_STATE_LOST);
    return failed("session: the device is lost", code, RILL_DEVICE_LOST);
}

/* Behind a sticky error the counter never advances again: what is outstanding is completed here. */
static void complete_lost(rill_session *session) {
    pthread_mutex_lock(&session->publishing);
    const uint64_t completed = rill_load_acquire(&session->block->completed);
    for (uint64_t ticket = completed; ticket < session->started; ticket++) {
        session->block->records[ticket & session->mask].status = RILL_DEVICE_LOST;
    }
    if (completed < session->started) {
        rill_store_release(&session->block->completed, session->started);
    }
    pthread_mutex_unlock(&session->publishing);
    cuda_reap(session);
}

static int32_t cuda_check(rill_session *session) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    enter(cuda->driver, cuda->context);
    const cu_result code = cuda->driver->stream_query(cuda->streams[STREAM_OUT]);
    if (code == CU_SUCCESS || code == CU_NOT_READY) {
        return RILL_OK;
    }
    lose(session->device);
    rill_set_state(session, RILL_STATE_LOST);
    complete_lost(session);
    return failed("session: the device is lost", code, RILL_DEVICE_LOST);
}

/* ---- open and close ---- */

static void free_device(rill_cuda *cuda) {
    const rill_driver *driver = cuda->driver;
    enter(driver, cuda->context);
    for (uint32_t i = 0; i < STREAMS; i++) {
        if (cuda->streams[i] != NULL) {
            driver->stream_destroy(cuda->streams[i]);
        }
    }
    if (cuda->module != NULL) {
        driver->module_unload(cuda->module);
    }
    if (cuda->context != NULL) {
        driver->context_release(cuda->ordinal);
    }
    free(cuda);
}

static int32_t cuda_stop(rill_device *device, uint64_t timeout_ns) {
    rill_cuda *cuda = (rill_cuda *) device;
    const int64_t begin_ns = rill_now_ns();
    enter(cuda->driver, cuda->context);
    while (cuda->driver->stream_query(cuda->streams[STREAM_OUT]) == CU_NOT_READY) {
        if ((uint64_t) (rill_now_ns() - begin_ns) > timeout_ns) {
            return rill_fail(RILL_TIMEOUT, "device: frames are still running");
        }
        rill_sleep_ns(STOP_STEP_NS);
    }
    free_device(cuda);
    return RILL_OK;
}

static const rill_backend backend = {
    .map = cuda_map, .unmap = cuda_unmap, .attach = cuda_attach, .detach = cuda_detach, .reserve = cuda_reserve,
    .unreserve = cuda_unreserve, .start = cuda_start, .reap = cuda_reap, .check = cuda_check, .stop = cuda_stop,
};

static bool load_kernels(rill_cuda *cuda) {
    char log[JIT_LOG_BYTES] = "";
    int keys[] = {CU_JIT_ERROR_LOG, CU_JIT_ERROR_LOG_BYTES};
    void *values[] = {log, (void *) (uintptr_t) sizeof log};
    const cu_result code = cuda->driver->module_load(&cuda->module, rill_ptx, 2, keys, values);
    if (code != CU_SUCCESS) {
        rill_fail(RILL_UNSUPPORTED, "device: the kernels cannot be loaded: CUDA error %d, %s %s", code,
                  rill_driver_text(code), log);
        return false;
    }
    return is_capable(cuda->driver, cuda->ordinal, CU_ATTRIBUTE_WRITE_VALUE_64)
        || cuda->driver->module_function(&cuda->complete, cuda->module, "rill_complete") == CU_SUCCESS;
}

static bool start_device(rill_cuda *cuda, uint32_t ordinal) {
    const rill_driver *driver = cuda->driver;
    cu_result code = driver->device_get(&cuda->ordinal, (int) ordinal);
    code = code ? code : retain(driver, &cuda->context, cuda->ordinal);
    if (code != CU_SUCCESS) {
        failed("device", code, RILL_UNSUPPORTED);
        return false;
    }
    enter(driver, cuda->context);
    for (uint32_t i = 0; i < STREAMS && code == CU_SUCCESS; i++) {
        code = driver->stream_create(&cuda->streams[i], CU_STREAM_NON_BLOCKING);
    }
    if (code != CU_SUCCESS) {
        failed("device: cuStreamCreate", code, RILL_UNSUPPORTED);
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
    if (!start_device(cuda, ordinal)) {
        free_device(cuda);
        return NULL;
    }
    return &cuda->device;
}
