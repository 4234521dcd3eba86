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

void rill_kernel_identity(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared) {
    (void) prepared;
    for (uint32_t plane = 0; plane < format->plane_count; plane++) {
        copy_plane(format, in, out, plane);
    }
}

void rill_kernel_invert(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared) {
    (void) prepared;
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

void rill_kernel_tint(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared) {
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

void rill_kernel_edge(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared) {
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
