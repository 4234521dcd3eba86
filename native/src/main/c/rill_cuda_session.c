/* Sessions of CUDA devices: all memory and events that their frames will need, allocated when they open. */
#include "rill_cuda.h"

#include <stdio.h>
#include <stdlib.h>

#define SLOT_ALIGNMENT 256ull

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
    own->grid_x = (format->width + RILL_CUDA_BLOCK_X - 1) / RILL_CUDA_BLOCK_X;
    own->grid_y = (rows + RILL_CUDA_BLOCK_Y - 1) / RILL_CUDA_BLOCK_Y;
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
        /* On the stream of what is copied there next; without one, other streams would not wait for it. */
        code = driver->memory_set(own->memory, 0, bytes, own->streams[STREAM_IN]);
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
    return own->events != NULL && code == CU_SUCCESS ? RILL_OK
        : rill_cuda_failed("session: cuEventCreate", code, RILL_NO_MEMORY);
}

static int32_t share_counter(rill_cuda *cuda, rill_session *session, rill_cuda_session *own) {
    const rill_driver *driver = cuda->driver;
    const size_t bytes = sizeof(rill_completion_block) + (session->mask + 1ull) * sizeof(rill_completion);
    cu_result code = driver->host_register(session->block, bytes, CU_HOST_PORTABLE | CU_HOST_MAPPED);
    own->is_registered = code == CU_SUCCESS;
    if (code == CU_SUCCESS) {
        code = driver->host_device_pointer(&own->completed, &session->block->completed, 0);
    }
    return code == CU_SUCCESS ? RILL_OK
        : rill_cuda_failed("session: the completion block cannot be shared", code, RILL_NO_MEMORY);
}

void rill_cuda_detach(rill_session *session) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    rill_cuda_session *own = session->backend_data;
    const rill_driver *driver = cuda->driver;
    rill_cuda_enter(cuda);
    if (own->is_registered) {
        driver->host_unregister(session->block);
    }
    rill_cuda_times_close(session);
    for (uint32_t i = 0; i < own->event_count; i++) {
        driver->event_destroy(own->events[i]);
    }
    if (own->memory != 0) {
        driver->memory_free(own->memory);
    }
    /* Behind memory_free, which waits for everything that runs. */
    rill_cuda_plugin_detach(session);
    free(own->events);
    free(own);
    session->backend_data = NULL;
}

int32_t rill_cuda_attach(rill_session *session) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    rill_cuda_session *own = calloc(1, sizeof *own);
    if (own == NULL) {
        return rill_fail(RILL_NO_MEMORY, "session: no memory");
    }
    session->backend_data = own;
    rill_cuda_enter(cuda);
    own->streams = cuda->streams[atomic_fetch_add(&cuda->sessions, 1) % RILL_CUDA_SETS];
    set_geometry(own, &session->format);
    int32_t code = session->plugin == NULL ? find_kernel(cuda, session, own) : rill_cuda_plugin_attach(session);
    if (code == RILL_OK) {
        code = allocate(cuda, session, own);
    }
    if (code == RILL_OK) {
        code = share_counter(cuda, session, own);
    }
    if (code == RILL_OK) {
        code = rill_cuda_times_open(session);
    }
    if (code != RILL_OK) {
        rill_cuda_detach(session);
    }
    return code;
}
