/*
 * One thread's share of the conversions between frames and tensors, as C and as CUDA: what rill_tensor_run.c does by rows.
 * Layouts, matrices and rounding are those of rill_tensor in rill.h.
 */
#ifndef RILL_TENSOR_PIXELS_H
#define RILL_TENSOR_PIXELS_H

#include "rill_half.h"
#include "rill_tensor_args.h"

RILL_ON_DEVICE unsigned int rill_tap_first(const rill_tensor_taps *taps, unsigned int i) {
    return ((const unsigned int *) taps->first)[i];
}

RILL_ON_DEVICE unsigned int rill_tap_count(const rill_tensor_taps *taps, unsigned int i) {
    return ((const unsigned int *) taps->count)[i];
}

RILL_ON_DEVICE float rill_tap_weight(const rill_tensor_taps *taps, unsigned int i, unsigned int k) {
    return ((const float *) taps->weight)[(unsigned long long) i * taps->most + k];
}

RILL_ON_DEVICE float rill_frame_value(const rill_tensor_args *args, unsigned int channel, unsigned int x, unsigned int y) {
    const unsigned char *frame = (const unsigned char *) args->frame;
    if (channel == 0) {
        return frame[args->plane_offset[0] + (unsigned long long) args->plane_stride[0] * y + x];
    }
    const unsigned int plane = args->interleaved ? 1 : channel;
    const unsigned int column = args->interleaved ? x / 2 * 2 + channel - 1 : x / 2;
    return frame[args->plane_offset[plane] + (unsigned long long) args->plane_stride[plane] * (y / 2) + column];
}

RILL_ON_DEVICE unsigned long long rill_tensor_index(const rill_tensor_args *args, unsigned int channel, unsigned int x,
                                                    unsigned int y) {
    const unsigned long long pixel = (unsigned long long) y * args->width + x;
    return args->layout == 1 ? 3 * pixel + channel
        : (unsigned long long) channel * args->width * args->height + pixel;
}

/* The comparisons are false for NaN. */
RILL_ON_DEVICE unsigned char rill_rounded(float value) {
    const float low = value > 0 ? value : 0;
    return (unsigned char) ((low < 255 ? low : 255) + 0.5f);
}

RILL_ON_DEVICE void rill_tensor_store(const rill_tensor_args *args, unsigned long long index, float value) {
    if (args->type == 0) {
        ((float *) args->tensor)[index] = value;
    } else if (args->type == 1) {
        ((unsigned short *) args->tensor)[index] = rill_to_half(value);
    } else {
        ((unsigned char *) args->tensor)[index] = rill_rounded(value);
    }
}

RILL_ON_DEVICE float rill_tensor_load(const rill_tensor_args *args, unsigned long long index) {
    return args->type == 0 ? ((const float *) args->tensor)[index]
        : args->type == 1 ? rill_from_half(((const unsigned short *) args->tensor)[index])
        : (float) ((const unsigned char *) args->tensor)[index];
}

/* Adds to sums, of three channels, what pixel (i, j) of a result takes of a frame or a tensor. */
RILL_ON_DEVICE void rill_sum_taps(const rill_tensor_args *args, int of_frame, unsigned int i, unsigned int j, float *sums) {
    const unsigned int rows = rill_tap_count(&args->rows, j);
    const unsigned int columns = rill_tap_count(&args->columns, i);
    for (unsigned int r = 0; r < rows; r++) {
        const unsigned int y = rill_tap_first(&args->rows, j) + r;
        const float row_weight = rill_tap_weight(&args->rows, j, r);
        for (unsigned int c = 0; c < columns; c++) {
            const unsigned int x = rill_tap_first(&args->columns, i) + c;
            const float weight = row_weight * rill_tap_weight(&args->columns, i, c);
            for (unsigned int channel = 0; channel < 3; channel++) {
                sums[channel] += weight * (of_frame ? rill_frame_value(args, channel, x, y)
                                                    : rill_tensor_load(args, rill_tensor_index(args, channel, x, y)));
            }
        }
    }
}

RILL_ON_DEVICE float rill_mixed(const float *m, const float *values) {
    return m[0] * values[0] + m[1] * values[1] + m[2] * values[2] + m[3];
}

/* Pixel (x, y) of the tensor. */
RILL_ON_DEVICE void rill_tensor_in_pixel(const rill_tensor_args *args, unsigned int x, unsigned int y) {
    const unsigned int i = x - args->filled_x; /* Wraps around below, and is not below the width then. */
    const unsigned int j = y - args->filled_y;
    const int inside = i < args->filled_width && j < args->filled_height;
    float sums[3] = {0, 0, 0};
    if (inside) {
        rill_sum_taps(args, 1, i, j, sums);
    }
    for (unsigned int channel = 0; channel < 3; channel++) {
        rill_tensor_store(args, rill_tensor_index(args, channel, x, y),
                          inside ? rill_mixed(args->mix + 4 * channel, sums) : args->fill[channel]);
    }
}

RILL_ON_DEVICE void rill_store_chroma(const rill_tensor_args *args, unsigned int x, unsigned int y, unsigned char u,
                                      unsigned char v) {
    unsigned char *frame = (unsigned char *) args->frame;
    const unsigned long long row = (unsigned long long) args->plane_stride[1] * y;
    if (args->interleaved) {
        frame[args->plane_offset[1] + row + 2 * x] = u;
        frame[args->plane_offset[1] + row + 2 * x + 1] = v;
        return;
    }
    frame[args->plane_offset[1] + row + x] = u;
    frame[args->plane_offset[2] + (unsigned long long) args->plane_stride[2] * y + x] = v;
}

/* Four pixels of the frame, whose chroma sample is (x, y); black where the tensor shows nothing. */
RILL_ON_DEVICE void rill_tensor_out_quad(const rill_tensor_args *args, unsigned int x, unsigned int y) {
    unsigned char *luma = (unsigned char *) args->frame + args->plane_offset[0];
    const unsigned int i = 2 * x - args->shown_x;
    const unsigned int j = 2 * y - args->shown_y;
    const int inside = i < args->shown_width && j < args->shown_height;
    float u = 0;
    float v = 0;
    for (unsigned int k = 0; k < 4; k++) {
        const unsigned int dx = k & 1;
        const unsigned int dy = k >> 1;
        float sums[3] = {0, 0, 0};
        if (inside) {
            rill_sum_taps(args, 0, i + dx, j + dy, sums);
            u += rill_mixed(args->mix + 4, sums);
            v += rill_mixed(args->mix + 8, sums);
        }
        luma[(unsigned long long) args->plane_stride[0] * (2 * y + dy) + 2 * x + dx] =
            inside ? rill_rounded(rill_mixed(args->mix, sums)) : 16;
    }
    rill_store_chroma(args, x, y, inside ? rill_rounded(0.25f * u) : 128, inside ? rill_rounded(0.25f * v) : 128);
}

#endif
