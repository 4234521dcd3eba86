/*
 * Frames of many sizes to tensors of every kind and back, all in allocations of exactly the bytes that belong to them:
 * meant for sanitizers. Exits 0 when nothing was refused and pictures that need no resizing came back as they were.
 */
#include "rill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 400
#define ADDRESS(x) ((uint64_t) (uintptr_t) (x))

static void check(int32_t code, const char *what) {
    if (code != RILL_OK) {
        char text[256] = "";
        rill_last_error(ADDRESS(text), sizeof text);
        fprintf(stderr, "%s: code %d: %s\n", what, code, text);
        exit(1);
    }
}

static uint32_t up_to(uint32_t most) {
    return 1 + (uint32_t) rand() % most;
}

static rill_format any_format(void) {
    rill_format format = {
        .size = sizeof format, .version = RILL_STRUCT_VERSION, .pixel_format = (uint32_t) rand() % 2,
        .width = 2 * up_to(60), .height = 2 * up_to(60), .colours = (uint32_t) rand() % 4,
    };
    uint64_t end = 0;
    format.plane_count = format.pixel_format == RILL_PIXEL_NV12 ? 2 : 3;
    for (uint32_t i = 0; i < format.plane_count; i++) {
        format.plane_offset[i] = end + (uint64_t) rand() % 9;
        format.plane_width[i] = i == 0 || format.plane_count == 2 ? format.width : format.width / 2;
        format.plane_rows[i] = i == 0 ? format.height : format.height / 2;
        format.plane_stride[i] = format.plane_width[i] + (uint32_t) rand() % 9;
        end = format.plane_offset[i] + (uint64_t) format.plane_stride[i] * format.plane_rows[i];
    }
    format.slot_bytes = (end + RILL_TAIL_PADDING + 63) / 64 * 64;
    return format;
}

static rill_tensor any_tensor(const rill_format *format) {
    rill_tensor tensor = {
        .size = sizeof tensor, .version = RILL_STRUCT_VERSION, .type = (uint32_t) rand() % 3,
        .layout = (uint32_t) rand() % 2, .width = up_to(120), .height = up_to(120), .fit = (uint32_t) rand() % 3,
        .filter = (uint32_t) rand() % 2, .basis = RILL_BASIS_RGB,
    };
    if (rand() % 3 == 0) {
        tensor.width = format->width;
        tensor.height = format->height;
    }
    const float scale = tensor.type == RILL_TENSOR_U8 ? 255 : 1;
    for (int channel = 0; channel < 3; channel++) {
        tensor.forward[5 * channel] = scale;
        tensor.backward[5 * channel] = 1 / scale;
    }
    return tensor;
}

static int differs(const rill_format *format, const uint8_t *a, const uint8_t *b) {
    for (uint32_t i = 0; i < format->plane_count; i++) {
        for (uint32_t row = 0; row < format->plane_rows[i]; row++) {
            const uint64_t at = format->plane_offset[i] + (uint64_t) row * format->plane_stride[i];
            if (memcmp(a + at, b + at, format->plane_width[i]) != 0) {
                return 1;
            }
        }
    }
    return 0;
}

static void round_trip(unsigned seed) {
    const rill_format format = any_format();
    const rill_tensor tensor = any_tensor(&format);
    uint64_t converter = 0;
    uint64_t bytes = 0;
    check(rill_converter_open(ADDRESS(&format), ADDRESS(&tensor), ADDRESS(&converter)), "open");
    check(rill_converter_bytes(converter, ADDRESS(&bytes)), "bytes");
    uint8_t *in = malloc(format.slot_bytes);
    uint8_t *out = malloc(format.slot_bytes);
    uint8_t *values = malloc(bytes);
    for (uint64_t i = 0; i < format.slot_bytes; i++) {
        in[i] = (uint8_t) (112 + rand() % 32); /* Colours that exist. */
        out[i] = (uint8_t) rand();
    }
    check(rill_converter_in(converter, ADDRESS(in), ADDRESS(values)), "in");
    check(rill_converter_out(converter, ADDRESS(values), ADDRESS(out)), "out");
    if (tensor.type != RILL_TENSOR_U8 && tensor.width == format.width && tensor.height == format.height
        && differs(&format, in, out)) {
        fprintf(stderr, "conversion: %ux%u came back changed, seed %u\n", format.width, format.height, seed);
        exit(1);
    }
    check(rill_converter_close(converter), "close");
    free(in);
    free(out);
    free(values);
}

int main(int argc, char **argv) {
    const unsigned seed = argc > 1 ? (unsigned) atoi(argv[1]) : 42;
    srand(seed);
    for (int i = 0; i < ROUNDS; i++) {
        round_trip(seed);
    }
    return 0;
}
