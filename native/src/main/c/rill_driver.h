/*
 * The CUDA driver API as far as it is used: own declarations, looked up at run time, so that nothing of CUDA is needed to
 * build. NVIDIA, CUDA Driver API reference. Functions that exist in versions are asked for by the name of the version
 * that these declarations are of: the plain names resolve to older ones.
 */
#ifndef RILL_DRIVER_H
#define RILL_DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int32_t cu_result;
typedef int32_t cu_device;
typedef uint64_t cu_pointer; /* an address in device memory */
typedef struct cu_context_object *cu_context;
typedef struct cu_module_object *cu_module;
typedef struct cu_function_object *cu_function;
typedef struct cu_stream_object *cu_stream;
typedef struct cu_event_object *cu_event;
typedef struct cu_graph_object *cu_graph;
typedef struct cu_work_object *cu_work; /* a graph that can be launched */

#define CU_SUCCESS 0
#define CU_NOT_READY 600

#define CU_STREAM_NON_BLOCKING 1u
#define CU_EVENT_TIMING 0u
#define CU_EVENT_NO_TIMING 2u
#define CU_HOST_PORTABLE 1u
#define CU_HOST_MAPPED 2u
#define CU_WRITE_VALUE_DEFAULT 0u
#define CU_CAPTURE_OF_THREAD 1

#define CU_ATTRIBUTE_MULTIPROCESSORS 16
#define CU_ATTRIBUTE_COPY_ENGINES 40
#define CU_ATTRIBUTE_MAJOR 75
#define CU_ATTRIBUTE_MINOR 76
#define CU_ATTRIBUTE_WRITE_VALUE_64 122
#define CU_ATTRIBUTE_IPC 125

#define CU_JIT_ERROR_LOG 5
#define CU_JIT_ERROR_LOG_BYTES 6

/* field, exported name, parameters */
#define RILL_DRIVER_FUNCTIONS(X) \
    X(init, "cuInit", (unsigned flags)) \
    X(driver_version, "cuDriverGetVersion", (int *version)) \
    X(device_count, "cuDeviceGetCount", (int *count)) \
    X(device_get, "cuDeviceGet", (cu_device *device, int ordinal)) \
    X(device_name, "cuDeviceGetName", (char *name, int length, cu_device device)) \
    X(device_attribute, "cuDeviceGetAttribute", (int *value, int attribute, cu_device device)) \
    X(device_memory, "cuDeviceTotalMem_v2", (size_t *bytes, cu_device device)) \
    X(context_retain, "cuDevicePrimaryCtxRetain", (cu_context *context, cu_device device)) \
    X(context_release, "cuDevicePrimaryCtxRelease_v2", (cu_device device)) \
    X(context_set, "cuCtxSetCurrent", (cu_context context)) \
    X(module_load, "cuModuleLoadDataEx", \
      (cu_module *module, const void *image, unsigned options, int *keys, void **values)) \
    X(module_unload, "cuModuleUnload", (cu_module module)) \
    X(module_function, "cuModuleGetFunction", (cu_function *function, cu_module module, const char *name)) \
    X(memory_alloc, "cuMemAlloc_v2", (cu_pointer *pointer, size_t bytes)) \
    X(memory_set, "cuMemsetD8Async", (cu_pointer pointer, unsigned char value, size_t bytes, cu_stream stream)) \
    X(memory_free, "cuMemFree_v2", (cu_pointer pointer)) \
    X(host_register, "cuMemHostRegister_v2", (void *address, size_t bytes, unsigned flags)) \
    X(host_unregister, "cuMemHostUnregister", (void *address)) \
    X(host_device_pointer, "cuMemHostGetDevicePointer_v2", (cu_pointer *pointer, void *address, unsigned flags)) \
    X(copy_in, "cuMemcpyHtoDAsync_v2", (cu_pointer to, const void *from, size_t bytes, cu_stream stream)) \
    X(copy_out, "cuMemcpyDtoHAsync_v2", (void *to, cu_pointer from, size_t bytes, cu_stream stream)) \
    X(stream_create, "cuStreamCreate", (cu_stream *stream, unsigned flags)) \
    X(stream_destroy, "cuStreamDestroy_v2", (cu_stream stream)) \
    X(stream_query, "cuStreamQuery", (cu_stream stream)) \
    X(stream_wait, "cuStreamWaitEvent", (cu_stream stream, cu_event event, unsigned flags)) \
    X(stream_write, "cuStreamWriteValue64_v2", \
      (cu_stream stream, cu_pointer address, uint64_t value, unsigned flags)) \
    X(host_function, "cuLaunchHostFunc", (cu_stream stream, void (*function)(void *), void *argument)) \
    X(event_create, "cuEventCreate", (cu_event *event, unsigned flags)) \
    X(event_destroy, "cuEventDestroy_v2", (cu_event event)) \
    X(event_record, "cuEventRecord", (cu_event event, cu_stream stream)) \
    X(event_elapsed, "cuEventElapsedTime", (float *milliseconds, cu_event start, cu_event end)) \
    X(launch, "cuLaunchKernel", (cu_function function, unsigned grid_x, unsigned grid_y, unsigned grid_z, \
      unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared, cu_stream stream, void **parameters, \
      void **extra)) \
    X(capture_begin, "cuStreamBeginCapture_v2", (cu_stream stream, int mode)) \
    X(capture_end, "cuStreamEndCapture", (cu_stream stream, cu_graph *graph)) \
    X(graph_instantiate, "cuGraphInstantiateWithFlags", (cu_work *work, cu_graph graph, unsigned long long flags)) \
    X(graph_destroy, "cuGraphDestroy", (cu_graph graph)) \
    X(work_launch, "cuGraphLaunch", (cu_work work, cu_stream stream)) \
    X(work_destroy, "cuGraphExecDestroy", (cu_work work))

typedef struct rill_driver {
#define RILL_DRIVER_FIELD(field, name, parameters) cu_result (*field) parameters;
    RILL_DRIVER_FUNCTIONS(RILL_DRIVER_FIELD)
#undef RILL_DRIVER_FIELD
    int version;       /* 1000 * major + 10 * minor of the CUDA version that it supports */
    int devices;
    int is_simulator;  /* a stand-in that tests bring, which says so by exporting rill_simulator */
} rill_driver;

#define RILL_MIN_DRIVER_VERSION 12000

/*
 * The driver of this process, loaded and initialised by the first call; NULL when it cannot be used, and then *refusal
 * is one line that says why.
 */
const rill_driver *rill_driver_get(const char **refusal);

/* What a result code means, for people. */
const char *rill_driver_text(cu_result code);

#endif
