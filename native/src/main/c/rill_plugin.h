/*
 * rill_plugin.h - what a model in a shared library exports, version 1.
 *
 *   cc -shared -fPIC -O2 -I <folder of this header> -o model.so model.c
 *
 * The library exports rill_plugin_table(). It runs inside of the host's process: what it breaks there is broken. Models
 * that nobody has read belong into a worker process.
 *
 *   - Each session has one instance. Its frames come in ticket order, one at a time, on threads that may change.
 *   - On a CPU, `enqueue` does the work before it returns, and `stream` is 0.
 *   - On CUDA, `enqueue` puts the work on `stream` (a CUstream) and returns: it neither waits nor allocates. The device's
 *     primary context is current in every call. A kernel that fails kills the device, and with it every session.
 *   - Functions return 0, or what they like for a failure: one that `open` reports refuses the session, one that
 *     `enqueue` reports fails that frame alone (RILL_KERNEL_FAILED).
 *   - A library is unloaded behind its last session; one that cannot be is linked with -Wl,-z,nodelete.
 */
#ifndef RILL_PLUGIN_H
#define RILL_PLUGIN_H

#include "rill.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_PLUGIN_VERSION 1

#define RILL_PLUGIN_CPU 1u  /* addresses are those of the process */
#define RILL_PLUGIN_CUDA 2u /* addresses are those of the device */

#define RILL_PLUGIN_TENSORS 1u /* takes and gives `tensor`, which the bridge makes of frames and frames of */
/*
 * The work of one `enqueue` may be captured and launched again with the same addresses and values: on CUDA it becomes one
 * graph together with the conversions. Where capturing fails, `enqueue` is called for each frame instead.
 */
#define RILL_PLUGIN_CAPTURABLE 2u

typedef struct rill_plugin_description { /* 2720 bytes */
    uint32_t size;    /* filled in by the bridge, as version: what it knows */
    uint32_t version;
    uint32_t devices; /* RILL_PLUGIN_CPU, RILL_PLUGIN_CUDA */
    uint32_t flags;   /* RILL_PLUGIN_TENSORS, RILL_PLUGIN_CAPTURABLE */
    uint32_t parameter_count;
    uint32_t reserved;
    char name[RILL_MODEL_NAME_BYTES];
    char description[RILL_TEXT_BYTES];
    rill_parameter_info parameters[RILL_MAX_PARAMETERS];
    rill_tensor tensor; /* as rill_converter_open takes it; a width and height of 0 stand for those of the frame. In
                           RILL_BASIS_RGB it suits frames of any colours. */
} rill_plugin_description;

typedef struct rill_plugin_place { /* 128 bytes */
    uint32_t size;
    uint32_t version;
    uint32_t kind;    /* RILL_KIND_* of the device */
    uint32_t ordinal; /* of a CUDA device in its driver */
    uint64_t bytes;   /* at each of the addresses that enqueue gets */
    uint32_t tensor_width; /* of tensors */
    uint32_t tensor_height;
    rill_format format;    /* of frames */
} rill_plugin_place;

typedef struct rill_plugin {
    uint32_t size;    /* sizeof(rill_plugin) */
    uint32_t version; /* RILL_PLUGIN_VERSION */
    int32_t (*describe)(rill_plugin_description *description); /* zeroed but for size and version */
    int32_t (*open)(const rill_plugin_place *place, void **instance);
    /* Leaves what is at `in` as it is. The parameters are checked, and gone when it returns. */
    int32_t (*enqueue)(void *instance, uint64_t stream, uint64_t in, uint64_t out, const rill_parameters *parameters);
    void (*close)(void *instance);
    const char *(*explain)(void); /* one line about the calling thread's latest failure, or NULL; itself may be NULL */
} rill_plugin;

/* The table, valid as long as the library is loaded. */
RILL_API const rill_plugin *rill_plugin_table(void);

#ifdef __cplusplus
}
#endif

#endif
