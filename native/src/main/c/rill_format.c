/* Checks a frame format, so that no kernel can leave its slot. */
#include "rill_internal.h"

#include <string.h>

static bool unfit(uint32_t dimension) {
    return dimension < RILL_MIN_DIMENSION || dimension > RILL_MAX_DIMENSION || dimension % 2 != 0;
}

static int32_t check_plane(const rill_format *format, uint32_t plane, uint64_t *end) {
    const bool luma = plane == 0;
    const uint32_t width = luma || format->pixel_format == RILL_PIXEL_NV12 ? format->width : format->width / 2;
    const uint32_t rows = luma ? format->height : format->height / 2;
    const uint64_t offset = format->plane_offset[plane];
    const uint64_t stride = format->plane_stride[plane];
    if (format->plane_width[plane] != width || format->plane_rows[plane] != rows || stride < width) {
        return rill_fail(RILL_BAD_ARGUMENT, "format plane %u: width %u rows %u stride %u, expected width %u rows %u "
                         "and a stride not below the width", plane, format->plane_width[plane],
                         format->plane_rows[plane], format->plane_stride[plane], width, rows);
    }
    if (offset < *end || offset > format->slot_bytes || stride * rows > format->slot_bytes - offset) {
        return rill_fail(RILL_BAD_ARGUMENT, "format plane %u: offset %llu does not follow the plane before it, or the "
                         "plane leaves the slot of %llu bytes", plane, (unsigned long long) offset,
                         (unsigned long long) format->slot_bytes);
    }
    *end = offset + stride * rows;
    return RILL_OK;
}

int32_t rill_format_check(const rill_format *given, rill_format *checked) {
    if (given == NULL || given->size < sizeof *given || given->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "format: missing, or size or version unknown; expected %zu bytes version %d",
                         sizeof *given, RILL_STRUCT_VERSION);
    }
    memcpy(checked, given, sizeof *checked);
    checked->size = sizeof *checked;
    const uint32_t planes = checked->pixel_format == RILL_PIXEL_NV12 ? 2 : 3;
    if (checked->pixel_format > RILL_PIXEL_NV12 || checked->plane_count != planes) {
        return rill_fail(RILL_BAD_ARGUMENT, "format: pixel format %u with %u planes, expected 0 with 3 or 1 with 2",
                         checked->pixel_format, checked->plane_count);
    }
    if (checked->colours > RILL_COLOURS_BT709_FULL) {
        return rill_fail(RILL_BAD_ARGUMENT, "format: colours %u, expected at most %u", checked->colours,
                         RILL_COLOURS_BT709_FULL);
    }
    if (unfit(checked->width) || unfit(checked->height)) {
        return rill_fail(RILL_BAD_ARGUMENT, "format: width %u height %u, expected both even and from %d to %d",
                         checked->width, checked->height, RILL_MIN_DIMENSION, RILL_MAX_DIMENSION);
    }
    uint64_t end = 0;
    for (uint32_t plane = 0; plane < RILL_MAX_PLANES; plane++) {
        if (plane >= planes) {
            checked->plane_offset[plane] = 0;
            checked->plane_stride[plane] = checked->plane_width[plane] = checked->plane_rows[plane] = 0;
        } else if (check_plane(checked, plane, &end) != RILL_OK) {
            return RILL_BAD_ARGUMENT;
        }
    }
    if (checked->slot_bytes > RILL_MAX_SLOT_BYTES) {
        return rill_fail(RILL_BAD_ARGUMENT, "format: slot of %llu bytes, expected at most %llu",
                         (unsigned long long) checked->slot_bytes, RILL_MAX_SLOT_BYTES);
    }
    if (checked->slot_bytes % 64 != 0 || checked->slot_bytes - end < RILL_TAIL_PADDING) {
        return rill_fail(RILL_BAD_ARGUMENT, "format: slot of %llu bytes, expected a multiple of 64 and %d bytes behind "
                         "the last plane", (unsigned long long) checked->slot_bytes, RILL_TAIL_PADDING);
    }
    return RILL_OK;
}
