/* Whole frames, row by row; only used bytes are written. The integer definitions of the models are in rill_rows.c. */
#include "rill_internal.h"

#include <string.h>

#define NEUTRAL_CHROMA 128

static const uint8_t *row_in(const rill_format *format, const uint8_t *slot, uint32_t plane, uint32_t y) {
    return slot + format->plane_offset[plane] + (uint64_t) format->plane_stride[plane] * y;
}

static uint8_t *row_out(const rill_format *format, uint8_t *slot, uint32_t plane, uint32_t y) {
    return slot + format->plane_offset[plane] + (uint64_t) format->plane_stride[plane] * y;
}

static void copy_plane(const rill_format *format, const uint8_t *in, uint8_t *out, uint32_t plane) {
    for (uint32_t y = 0; y < format->plane_rows[plane]; y++) {
        memcpy(row_out(format, out, plane, y), row_in(format, in, plane, y), format->plane_width[plane]);
    }
}

void rill_kernel_identity(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state) {
    (void) prepared, (void) state;
    for (uint32_t plane = 0; plane < format->plane_count; plane++) {
        copy_plane(format, in, out, plane);
    }
}

void rill_kernel_invert(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state) {
    (void) prepared, (void) state;
    for (uint32_t y = 0; y < format->plane_rows[0]; y++) {
        row_invert_luma(row_out(format, out, 0, y), row_in(format, in, 0, y), format->plane_width[0]);
    }
    for (uint32_t plane = 1; plane < format->plane_count; plane++) {
        for (uint32_t y = 0; y < format->plane_rows[plane]; y++) {
            row_invert_chroma(row_out(format, out, plane, y), row_in(format, in, plane, y),
                                   format->plane_width[plane]);
        }
    }
}

void rill_kernel_tint(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state) {
    (void) state;
    const int32_t strength = prepared[2];
    copy_plane(format, in, out, 0);
    if (format->pixel_format == RILL_PIXEL_NV12) {
        for (uint32_t y = 0; y < format->plane_rows[1]; y++) {
            row_tint_pairs(row_out(format, out, 1, y), row_in(format, in, 1, y), format->plane_width[1] / 2,
                                prepared[0], prepared[1], strength);
        }
        return;
    }
    for (uint32_t plane = 1; plane < format->plane_count; plane++) {
        for (uint32_t y = 0; y < format->plane_rows[plane]; y++) {
            row_tint(row_out(format, out, plane, y), row_in(format, in, plane, y), format->plane_width[plane],
                          prepared[plane - 1], strength);
        }
    }
}

void rill_kernel_edge(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state) {
    (void) state;
    const uint32_t last = format->plane_rows[0] - 1;
    for (uint32_t y = 0; y <= last; y++) {
        row_edge(row_out(format, out, 0, y), row_in(format, in, 0, y == 0 ? 0 : y - 1), row_in(format, in, 0, y),
                      row_in(format, in, 0, y == last ? last : y + 1), format->plane_width[0], prepared[0]);
    }
    for (uint32_t plane = 1; plane < format->plane_count; plane++) {
        for (uint32_t y = 0; y < format->plane_rows[plane]; y++) {
            memset(row_out(format, out, plane, y), NEUTRAL_CHROMA, format->plane_width[plane]);
        }
    }
}

static uint32_t within(int64_t at, uint32_t count) {
    return at < 0 ? 0 : at >= count ? count - 1 : (uint32_t) at;
}

/* Means of windows along a row whose samples of one kind are `step` apart, from sums of their columns. */
static void blur_row(uint8_t *out, const uint32_t *sums, uint32_t count, uint32_t step, int32_t radius) {
    const uint32_t window = (uint32_t) (2 * radius + 1);
    const uint32_t area = window * window;
    uint64_t sum = 0;
    for (int64_t x = -radius; x <= radius; x++) {
        sum += sums[within(x, count) * step];
    }
    for (uint32_t x = 0; x < count; x++) {
        out[x * step] = (uint8_t) ((sum + area / 2) / area);
        sum += sums[within((int64_t) x + radius + 1, count) * step];
        sum -= sums[within((int64_t) x - radius, count) * step];
    }
}

static void blur_plane(const rill_format *format, const uint8_t *in, uint8_t *out, uint32_t plane, uint32_t step,
                       int32_t radius) {
    uint32_t sums[RILL_MAX_DIMENSION];
    const uint32_t width = format->plane_width[plane];
    const uint32_t rows = format->plane_rows[plane];
    memset(sums, 0, width * sizeof *sums);
    for (int64_t y = -radius; y <= radius; y++) {
        row_add(sums, row_in(format, in, plane, within(y, rows)), width);
    }
    for (uint32_t y = 0; y < rows; y++) {
        for (uint32_t kind = 0; kind < step; kind++) {
            blur_row(row_out(format, out, plane, y) + kind, sums + kind, width / step, step, radius);
        }
        row_add(sums, row_in(format, in, plane, within((int64_t) y + radius + 1, rows)), width);
        row_subtract(sums, row_in(format, in, plane, within((int64_t) y - radius, rows)), width);
    }
}

void rill_kernel_blur(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state) {
    (void) state;
    blur_plane(format, in, out, 0, 1, prepared[0]);
    for (uint32_t plane = 1; plane < format->plane_count; plane++) {
        blur_plane(format, in, out, plane, format->pixel_format == RILL_PIXEL_NV12 ? 2 : 1, (prepared[0] + 1) / 2);
    }
}

void rill_kernel_blend(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state) {
    for (uint32_t plane = 0; plane < format->plane_count; plane++) {
        for (uint32_t y = 0; y < format->plane_rows[plane]; y++) {
            uint8_t *result = row_out(format, out, plane, y);
            uint8_t *before = row_out(format, state, plane, y);
            row_blend(result, row_in(format, in, plane, y), before, format->plane_width[plane], prepared[0]);
            memcpy(before, result, format->plane_width[plane]);
        }
    }
}
