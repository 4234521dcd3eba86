/*
 * A model in a shared library: draws a bar of one level across the top of each picture, on the CPU and on CUDA.
 *
 *   cc -shared -fPIC -O2 -I native/src/main/c -o mark.so examples/mark.c
 *   ./rill demo --model plugin:./mark.so
 *
 * On CUDA it calls the driver that the process has loaded already; a model with kernels of its own would launch them here.
 */
#define _GNU_SOURCE
#include "rill_plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef MARK_FLAGS
#define MARK_FLAGS RILL_PLUGIN_CAPTURABLE
#endif

/* CUDA_MEMCPY2D of cuda.h. */
typedef struct copy_2d {
    size_t from_x, from_y;
    uint32_t from_type;
    const void *from_host;
    uint64_t from;
    void *from_array;
    size_t from_pitch;
    size_t to_x, to_y;
    uint32_t to_type;
    void *to_host;
    uint64_t to;
    void *to_array;
    size_t to_pitch;
    size_t width, rows;
} copy_2d;

#define ON_DEVICE 2 /* CU_MEMORYTYPE_DEVICE */

typedef struct area {
    uint64_t offset;
    uint64_t stride;
    uint64_t width; /* bytes */
    uint64_t rows;
} area;

typedef struct mark {
    uint32_t plane_count;
    area planes[RILL_MAX_PLANES];
    area bar;
    int32_t (*copy)(const copy_2d *copy, void *stream); /* NULL on a CPU */
    int32_t (*set)(uint64_t to, size_t pitch, unsigned char value, size_t width, size_t rows, void *stream);
} mark;

static _Thread_local const char *failure;

static int32_t describe(rill_plugin_description *description) {
    rill_parameter_info *level = &description->parameters[0];
    snprintf(description->name, sizeof description->name, "mark");
    snprintf(description->description, sizeof description->description, "a bar across the top");
    description->devices = RILL_PLUGIN_CPU | RILL_PLUGIN_CUDA;
    description->flags = MARK_FLAGS;
    description->parameter_count = 1;
    snprintf(level->name, sizeof level->name, "level");
    snprintf(level->description, sizeof level->description, "brightness of the bar");
    level->minimum = 0;
    level->maximum = 255;
    level->otherwise = 235;
#ifdef MARK_TENSOR
    description->tensor = (rill_tensor) MARK_TENSOR;
#endif
    return 0;
}

/* The driver is in the process; under which name depends on whether it is a real one. */
static int32_t find_driver(mark *made, uint32_t kind) {
    void *driver = dlopen(kind == RILL_KIND_CUDA ? "libcuda.so.1" : "libcuda-simulator.so", RTLD_NOW | RTLD_NOLOAD);
    if (driver == NULL) {
        failure = "no CUDA driver in this process";
        return -1;
    }
    *(void **) &made->copy = dlsym(driver, "cuMemcpy2DAsync_v2");
    *(void **) &made->set = dlsym(driver, "cuMemsetD2D8Async");
    dlclose(driver);
    failure = "the CUDA driver is too old";
    return made->copy != NULL && made->set != NULL ? 0 : -1;
}

/* Of frames only the bytes that planes use are touched; tensors have no gaps, and their first rows get the bar. */
static void set_areas(mark *made, const rill_plugin_place *place) {
    if (place->tensor_width != 0) {
        made->plane_count = 1;
        made->planes[0] = (area) {0, place->bytes, place->bytes, 1};
        made->bar = (area) {0, place->tensor_width, place->tensor_width, place->tensor_height / 8};
        return;
    }
    made->plane_count = place->format.plane_count;
    for (uint32_t i = 0; i < made->plane_count; i++) {
        made->planes[i] = (area) {place->format.plane_offset[i], place->format.plane_stride[i],
                                  place->format.plane_width[i], place->format.plane_rows[i]};
    }
    made->bar = made->planes[0];
    made->bar.rows /= 8;
}

static int32_t open_mark(const rill_plugin_place *place, void **instance) {
    mark *made = calloc(1, sizeof *made);
    failure = "no memory";
    if (made == NULL) {
        return -1;
    }
    set_areas(made, place);
    if (place->kind != RILL_KIND_CPU && find_driver(made, place->kind) != 0) {
        free(made);
        return -1;
    }
    *instance = made;
    return 0;
}

static int32_t on_cpu(const mark *made, uint8_t *out, const uint8_t *in, uint8_t level) {
    for (uint32_t i = 0; i < made->plane_count; i++) {
        for (uint64_t row = 0; row < made->planes[i].rows; row++) {
            const uint64_t at = made->planes[i].offset + row * made->planes[i].stride;
            memcpy(out + at, in + at, made->planes[i].width);
        }
    }
    for (uint64_t row = 0; row < made->bar.rows; row++) {
        memset(out + made->bar.offset + row * made->bar.stride, level, made->bar.width);
    }
    return 0;
}

static int32_t on_cuda(const mark *made, uint64_t out, uint64_t in, uint8_t level, void *stream) {
    int32_t code = 0;
    for (uint32_t i = 0; i < made->plane_count && code == 0; i++) {
        const area *plane = &made->planes[i];
        const copy_2d copy = {
            .from_type = ON_DEVICE, .from = in + plane->offset, .from_pitch = plane->stride,
            .to_type = ON_DEVICE, .to = out + plane->offset, .to_pitch = plane->stride,
            .width = plane->width, .rows = plane->rows,
        };
        code = made->copy(&copy, stream);
    }
    if (code == 0) {
        code = made->set(out + made->bar.offset, made->bar.stride, level, made->bar.width, made->bar.rows, stream);
    }
    failure = "the CUDA driver refuses";
    return code;
}

static int32_t enqueue(void *instance, uint64_t stream, uint64_t in, uint64_t out, const rill_parameters *parameters) {
    const mark *made = instance;
    const uint8_t level = (uint8_t) parameters->values[0];
    return made->copy == NULL ? on_cpu(made, (uint8_t *) (uintptr_t) out, (const uint8_t *) (uintptr_t) in, level)
        : on_cuda(made, out, in, level, (void *) (uintptr_t) stream);
}

static void close_mark(void *instance) {
    free(instance);
}

static const char *explain(void) {
    return failure;
}

const rill_plugin *rill_plugin_table(void) {
    static const rill_plugin table = {
        sizeof table, RILL_PLUGIN_VERSION, describe, open_mark, enqueue, close_mark, explain,
    };
    return &table;
}
