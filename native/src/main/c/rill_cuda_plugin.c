/*
 * Plug-ins on CUDA devices. Those that take tensors work between two conversions, on the stream of the kernels:
 *
 *     slot ─▶ rill_tensor_in ─▶ tensor ─▶ the plug-in ─▶ tensor ─▶ rill_tensor_out ─▶ slot
 */
#include "rill_cuda.h"
#include "rill_tensor_ptx.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 256ull

static uint64_t aligned(uint64_t bytes) {
    return (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

/* ---- taps and arguments ---- */

static uint64_t bytes_of_taps(const rill_taps *taps) {
    return 2 * aligned(taps->n * sizeof *taps->first) + aligned((uint64_t) taps->n * taps->most * sizeof *taps->weight);
}

/* Copies an array behind what is in the memory already; the driver keeps what it needs of it before it returns. */
static cu_result upload(const rill_cuda *cuda, const rill_cuda_session *own, cu_pointer *at, const void *from,
                        uint64_t bytes, unsigned long long *place) {
    *place = *at;
    *at += aligned(bytes);
    return cuda->driver->copy_in(*place, from, bytes, own->streams[STREAM_IN]);
}

static cu_result upload_taps(const rill_cuda *cuda, const rill_cuda_session *own, cu_pointer *at, const rill_taps *taps,
                             rill_tensor_taps *placed) {
    placed->most = taps->most;
    cu_result code = upload(cuda, own, at, taps->first, taps->n * sizeof *taps->first, &placed->first);
    code = code ? code : upload(cuda, own, at, taps->count, taps->n * sizeof *taps->count, &placed->count);
    return code ? code
        : upload(cuda, own, at, taps->weight, (uint64_t) taps->n * taps->most * sizeof *taps->weight, &placed->weight);
}

static void set_args(rill_tensor_args *args, const rill_converter *converter, const float *mix) {
    for (uint32_t i = 0; i < converter->format.plane_count; i++) {
        args->plane_offset[i] = converter->format.plane_offset[i];
        args->plane_stride[i] = converter->format.plane_stride[i];
    }
    args->interleaved = converter->format.pixel_format == RILL_PIXEL_NV12;
    args->frame_width = converter->format.width;
    args->frame_height = converter->format.height;
    args->type = converter->tensor.type;
    args->layout = converter->tensor.layout;
    args->width = converter->tensor.width;
    args->height = converter->tensor.height;
    args->shown_x = converter->shown.x;
    args->shown_y = converter->shown.y;
    args->shown_width = converter->shown.width;
    args->shown_height = converter->shown.height;
    args->filled_x = converter->filled.x;
    args->filled_y = converter->filled.y;
    args->filled_width = converter->filled.width;
    args->filled_height = converter->filled.height;
    memcpy(args->mix, mix, sizeof args->mix);
    memcpy(args->fill, converter->tensor.fill, sizeof args->fill);
}

static int32_t make_tensors(rill_cuda *cuda, rill_cuda_session *own, const rill_converter *converter) {
    rill_cuda_plugin *plugin = own->plugin;
    const rill_driver *driver = cuda->driver;
    const uint64_t tensor = aligned(converter->tensor_bytes);
    const uint64_t bytes = 2 * tensor + bytes_of_taps(&converter->in_rows) + bytes_of_taps(&converter->in_columns)
        + bytes_of_taps(&converter->out_rows) + bytes_of_taps(&converter->out_columns);
    cu_result code = driver->memory_alloc(&plugin->memory, bytes);
    code = code ? code : driver->memory_set(plugin->memory, 0, bytes, own->streams[STREAM_IN]);
    plugin->tensors[0] = plugin->memory;
    plugin->tensors[1] = plugin->memory + tensor;
    cu_pointer at = plugin->tensors[1] + tensor;
    code = code ? code : upload_taps(cuda, own, &at, &converter->in_rows, &plugin->in.rows);
    code = code ? code : upload_taps(cuda, own, &at, &converter->in_columns, &plugin->in.columns);
    code = code ? code : upload_taps(cuda, own, &at, &converter->out_rows, &plugin->out.rows);
    code = code ? code : upload_taps(cuda, own, &at, &converter->out_columns, &plugin->out.columns);
    set_args(&plugin->in, converter, converter->tensor.forward);
    set_args(&plugin->out, converter, converter->tensor.backward);
    plugin->in.tensor = plugin->tensors[0];
    plugin->out.tensor = plugin->tensors[1];
    return code == CU_SUCCESS ? RILL_OK
        : rill_fail(RILL_NO_MEMORY, "session: %llu bytes of device memory for tensors: CUDA error %d, %s",
                    (unsigned long long) bytes, code, rill_driver_text(code));
}

/* Once for each device, by the first session that needs them. */
static int32_t load_conversions(rill_cuda *cuda) {
    pthread_mutex_lock(&cuda->loading);
    const int32_t code = cuda->tensors != NULL ? RILL_OK : rill_cuda_load(cuda, rill_tensor_ptx, &cuda->tensors);
    pthread_mutex_unlock(&cuda->loading);
    return code;
}

static int32_t make_conversions(rill_cuda *cuda, rill_session *session) {
    rill_cuda_session *own = session->backend_data;
    int32_t loaded = load_conversions(cuda);
    if (loaded != RILL_OK) {
        return loaded;
    }
    cu_result code = cuda->driver->module_function(&own->plugin->convert_in, cuda->tensors, "rill_tensor_in");
    code = code ? code : cuda->driver->module_function(&own->plugin->convert_out, cuda->tensors, "rill_tensor_out");
    return code == CU_SUCCESS ? make_tensors(cuda, own, session->instance->converter)
        : rill_cuda_failed("session: the device has no kernels for tensors", code, RILL_UNSUPPORTED);
}

/* ---- a frame ---- */

static cu_result convert(const rill_cuda *cuda, cu_function kernel, rill_tensor_args *args, unsigned width, unsigned height,
                         cu_stream stream) {
    void *parameters[] = {args};
    return cuda->driver->launch(kernel, (width + RILL_CUDA_BLOCK_X - 1) / RILL_CUDA_BLOCK_X,
                                (height + RILL_CUDA_BLOCK_Y - 1) / RILL_CUDA_BLOCK_Y, 1, RILL_CUDA_BLOCK_X,
                                RILL_CUDA_BLOCK_Y, 1, 0, stream, parameters, NULL);
}

static cu_result take_steps(rill_session *session, const rill_job *job, cu_stream stream, cu_pointer in, cu_pointer out,
                            int32_t *status) {
    const rill_cuda *cuda = (const rill_cuda *) session->device;
    const rill_cuda_session *own = session->backend_data;
    rill_cuda_plugin *plugin = own->plugin;
    const bool converts = plugin->memory != 0;
    cu_result code = CU_SUCCESS;
    if (converts) {
        plugin->in.frame = in;
        code = convert(cuda, plugin->convert_in, &plugin->in, plugin->in.width, plugin->in.height, stream);
    }
    if (code == CU_SUCCESS) {
        *status = rill_instance_enqueue(session->instance, job, (uint64_t) (uintptr_t) stream,
                                        converts ? plugin->tensors[0] : in, converts ? plugin->tensors[1] : out);
        rill_cuda_enter_again(cuda);
    }
    if (converts && code == CU_SUCCESS && *status == RILL_OK) {
        plugin->out.frame = out;
        code = convert(cuda, plugin->convert_out, &plugin->out, plugin->out.frame_width / 2, plugin->out.frame_height / 2,
                       stream);
    }
    return code;
}

cu_result rill_cuda_plugin_enqueue(rill_session *session, const rill_job *job, cu_pointer in, cu_pointer out,
                                   int32_t *status) {
    const rill_cuda *cuda = (const rill_cuda *) session->device;
    const rill_cuda_session *own = session->backend_data;
    const cu_work captured = rill_cuda_graph_of(session, job, take_steps, in, out);
    return captured == NULL ? take_steps(session, job, own->streams[STREAM_COMPUTE], in, out, status)
        : cuda->driver->work_launch(captured, own->streams[STREAM_COMPUTE]);
}

/* ---- open and close ---- */

void rill_cuda_plugin_detach(rill_session *session) {
    const rill_cuda *cuda = (const rill_cuda *) session->device;
    rill_cuda_session *own = session->backend_data;
    if (own->plugin == NULL) {
        return;
    }
    rill_cuda_graphs_close(session);
    if (own->plugin->memory != 0) {
        cuda->driver->memory_free(own->plugin->memory);
    }
    rill_instance_close(session);
    rill_cuda_enter_again(cuda);
    free(own->plugin);
    own->plugin = NULL;
}

int32_t rill_cuda_plugin_attach(rill_session *session) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    rill_cuda_session *own = session->backend_data;
    own->plugin = calloc(1, sizeof *own->plugin);
    if (own->plugin == NULL) {
        return rill_fail(RILL_NO_MEMORY, "session: no memory");
    }
    int32_t code = rill_instance_open(session, cuda->driver->is_simulator ? RILL_KIND_SIMULATOR : RILL_KIND_CUDA,
                                      (uint32_t) cuda->ordinal);
    rill_cuda_enter_again(cuda);
    if (code == RILL_OK && session->instance->converter != NULL) {
        code = make_conversions(cuda, session);
    }
    return code == RILL_OK ? rill_cuda_graphs_open(session) : code;
}
