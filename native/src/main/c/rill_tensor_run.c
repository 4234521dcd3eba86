/*
 * Conversion between frames and tensors. Everything is linear, so that frames are resized as they are, with chroma
 * repeated, and mixed into channels afterwards; back, the channels are resized, then mixed into luma and chroma. Where
 * rows become fewer, a row of the result takes the rows that it covers, weighed, then the columns, and is mixed; where they
 * become more, every row of the source is widened and mixed once, and a row of the result takes two of those.
 */
#include "rill_tensor.h"
#include "rill_tensor_rows.h"

#include <string.h>

#define CHANNELS RILL_TENSOR_CHANNELS
#define BLACK_LUMA 16
#define BLACK_CHROMA 128

/* ---- rows of tensors ---- */

static uint64_t value_at(const rill_converter *converter, uint32_t channel, uint32_t x, uint32_t y) {
    const rill_tensor *tensor = &converter->tensor;
    const uint64_t pixel = (uint64_t) y * tensor->width + x;
    const uint64_t value = tensor->layout == RILL_TENSOR_INTERLEAVED ? CHANNELS * pixel + channel
        : (uint64_t) channel * tensor->width * tensor->height + pixel;
    return value * converter->value_bytes;
}

static void store(const rill_converter *converter, uint8_t *at, const float *values, uint32_t n) {
    if (converter->tensor.type == RILL_TENSOR_F32) {
        memcpy(at, values, n * sizeof *values);
    } else if (converter->tensor.type == RILL_TENSOR_F16) {
        row_to_halves((uint16_t *) (void *) at, values, n);
    } else {
        row_round(at, values, n);
    }
}

static void load(const rill_converter *converter, float *values, const uint8_t *at, uint32_t n) {
    if (converter->tensor.type == RILL_TENSOR_F32) {
        memcpy(values, at, n * sizeof *values);
    } else if (converter->tensor.type == RILL_TENSOR_F16) {
        row_from_halves(values, (const uint16_t *) (const void *) at, n);
    } else {
        row_widen_bytes(values, at, n);
    }
}

static void store_pixels(const rill_converter *converter, uint8_t *tensor, uint32_t x, uint32_t y, float *const *channels,
                         uint32_t n) {
    if (converter->tensor.layout == RILL_TENSOR_INTERLEAVED) {
        row_join_floats(converter->joined, channels[0], channels[1], channels[2], n);
        store(converter, tensor + value_at(converter, 0, x, y), converter->joined, CHANNELS * n);
        return;
    }
    for (uint32_t c = 0; c < CHANNELS; c++) {
        store(converter, tensor + value_at(converter, c, x, y), channels[c], n);
    }
}

static void load_pixels(const rill_converter *converter, float *const *channels, const uint8_t *tensor, uint32_t x,
                        uint32_t y, uint32_t n) {
    if (converter->tensor.layout == RILL_TENSOR_INTERLEAVED) {
        load(converter, converter->joined, tensor + value_at(converter, 0, x, y), CHANNELS * n);
        row_part_floats(channels[0], channels[1], channels[2], converter->joined, n);
        return;
    }
    for (uint32_t c = 0; c < CHANNELS; c++) {
        load(converter, channels[c], tensor + value_at(converter, c, x, y), n);
    }
}

static void fill_pixels(const rill_converter *converter, uint8_t *tensor, uint32_t x, uint32_t y, uint32_t n) {
    for (uint32_t c = 0; c < CHANNELS; c++) {
        for (uint32_t i = 0; i < n; i++) {
            converter->mixed[0][c][i] = converter->tensor.fill[c];
        }
    }
    store_pixels(converter, tensor, x, y, converter->mixed[0], n);
}

/* ---- rows that become more ---- */

typedef struct row_cache {
    float *const (*rows)[CHANNELS];
    uint32_t number[2]; /* of the source's row, which lies at its lowest bit; behind the last where none does */
} row_cache;

/* Makes row `number` of a source, resized along its length and mixed. */
typedef void row_maker(const rill_converter *converter, const uint8_t *source, uint32_t number, float *const *out);

static row_cache empty_cache(const rill_converter *converter) {
    return (row_cache) {.rows = converter->cached, .number = {UINT32_MAX, UINT32_MAX}};
}

static float *const *cached_row(row_cache *cache, const rill_converter *converter, const uint8_t *source, uint32_t number,
                                row_maker *make) {
    const uint32_t place = number & 1;
    if (cache->number[place] != number) {
        make(converter, source, number, cache->rows[place]);
        cache->number[place] = number;
    }
    return cache->rows[place];
}

/* Row y of the result between the rows of the source that it lies between. */
static void interpolate(row_cache *cache, const rill_converter *converter, const rill_taps *rows, const uint8_t *source,
                        uint32_t y, row_maker *make, float *const *out, uint32_t n) {
    const float *weight = rows->weight + (uint64_t) y * rows->most;
    float *const *first = cached_row(cache, converter, source, rows->first[y], make);
    if (rows->count[y] == 1) {
        for (uint32_t c = 0; c < CHANNELS; c++) {
            memcpy(out[c], first[c], n * sizeof(float));
        }
        return;
    }
    float *const *second = cached_row(cache, converter, source, rows->first[y] + 1, make);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        row_between(out[c], first[c], second[c], n, weight[0], weight[1]);
    }
}

/* ---- frame to tensor ---- */

/* Adds a row of the frame, weighed: luma, and chroma at half the width. */
static void add_frame_row(const rill_converter *converter, const uint8_t *frame, uint64_t row, float weight) {
    const rill_format *format = &converter->format;
    const uint32_t width = format->width;
    const uint8_t *chroma = frame + format->plane_offset[1] + row / 2 * format->plane_stride[1];
    row_weigh(converter->sums[0], frame + format->plane_offset[0] + row * format->plane_stride[0], width, weight);
    if (format->pixel_format == RILL_PIXEL_NV12) {
        row_weigh_pairs(converter->sums[1], converter->sums[2], chroma, width / 2, weight);
    } else {
        row_weigh(converter->sums[1], chroma, width / 2, weight);
        row_weigh(converter->sums[2], frame + format->plane_offset[2] + row / 2 * format->plane_stride[2], width / 2,
                  weight);
    }
}

static void clear_sums(const rill_converter *converter, uint32_t n) {
    for (uint32_t c = 0; c < CHANNELS; c++) {
        memset(converter->sums[c], 0, n * sizeof(float));
    }
}

/* The sums, resized along their length and mixed into channels. */
static void mix_frame_row(const rill_converter *converter, float *const *out) {
    const rill_taps *columns = &converter->in_columns;
    const float *luma = converter->sums[0] + converter->shown.x;
    if (columns->is_copy) {
        row_double(converter->wide[1], converter->sums[1] + converter->shown.x / 2, columns->n);
        row_double(converter->wide[2], converter->sums[2] + converter->shown.x / 2, columns->n);
    } else {
        rill_taps_row(columns, converter->wide[0], converter->sums[0], false);
        rill_taps_row(columns, converter->wide[1], converter->sums[1], true);
        rill_taps_row(columns, converter->wide[2], converter->sums[2], true);
        luma = converter->wide[0];
    }
    for (uint32_t c = 0; c < CHANNELS; c++) {
        row_mix(out[c], luma, converter->wide[1], converter->wide[2], columns->n, converter->tensor.forward + 4 * c);
    }
}

static void make_frame_row(const rill_converter *converter, const uint8_t *frame, uint32_t row, float *const *out) {
    clear_sums(converter, converter->format.width);
    add_frame_row(converter, frame, row, 1);
    mix_frame_row(converter, out);
}

static void row_in(row_cache *cache, const rill_converter *converter, const uint8_t *frame, uint8_t *tensor, uint32_t y) {
    const rill_taps *rows = &converter->in_rows;
    const rill_rectangle *filled = &converter->filled;
    if (rows->is_growing) {
        interpolate(cache, converter, rows, frame, y, make_frame_row, converter->mixed[0], filled->width);
    } else {
        clear_sums(converter, converter->format.width);
        for (uint32_t k = 0; k < rows->count[y]; k++) {
            add_frame_row(converter, frame, rows->first[y] + k, rows->weight[(uint64_t) y * rows->most + k]);
        }
        mix_frame_row(converter, converter->mixed[0]);
    }
    store_pixels(converter, tensor, filled->x, filled->y + y, converter->mixed[0], filled->width);
}

void rill_converter_run_in(const rill_converter *converter, const uint8_t *frame, uint8_t *tensor) {
    const rill_rectangle *filled = &converter->filled;
    const uint32_t width = converter->tensor.width;
    row_cache cache = empty_cache(converter);
    for (uint32_t y = 0; y < converter->tensor.height; y++) {
        if (y < filled->y || y >= filled->y + filled->height) {
            fill_pixels(converter, tensor, 0, y, width);
            continue;
        }
        if (filled->width < width) {
            fill_pixels(converter, tensor, 0, y, filled->x);
            fill_pixels(converter, tensor, filled->x + filled->width, y, width - filled->x - filled->width);
        }
        row_in(&cache, converter, frame, tensor, y - filled->y);
    }
}

/* ---- tensor to frame ---- */

/* The sums, resized along their length and mixed into luma and chroma of every pixel. */
static void mix_tensor_row(const rill_converter *converter, float *const *out) {
    const rill_taps *columns = &converter->out_columns;
    const float *channels[CHANNELS];
    for (uint32_t c = 0; c < CHANNELS; c++) {
        channels[c] = converter->sums[c] + converter->filled.x;
        if (!columns->is_copy) {
            rill_taps_row(columns, converter->wide[c], converter->sums[c], false);
            channels[c] = converter->wide[c];
        }
    }
    for (uint32_t c = 0; c < CHANNELS; c++) {
        row_mix(out[c], channels[0], channels[1], channels[2], columns->n, converter->tensor.backward + 4 * c);
    }
}

static void make_tensor_row(const rill_converter *converter, const uint8_t *tensor, uint32_t row, float *const *out) {
    load_pixels(converter, converter->sums, tensor, 0, row, converter->tensor.width);
    mix_tensor_row(converter, out);
}

/* The sums of the rows that row y of the shown part covers. */
static void sum_tensor_rows(const rill_converter *converter, const uint8_t *tensor, uint32_t y) {
    const rill_taps *rows = &converter->out_rows;
    const uint32_t width = converter->tensor.width;
    clear_sums(converter, width);
    for (uint32_t k = 0; k < rows->count[y]; k++) {
        load_pixels(converter, converter->wide, tensor, 0, rows->first[y] + k, width);
        for (uint32_t c = 0; c < CHANNELS; c++) {
            row_weigh_floats(converter->sums[c], converter->wide[c], width, rows->weight[(uint64_t) y * rows->most + k]);
        }
    }
}

/* Row y of the shown part as luma and chroma of every pixel. */
static void row_out(row_cache *cache, const rill_converter *converter, const uint8_t *tensor, uint32_t y,
                    float *const *out) {
    const rill_taps *rows = &converter->out_rows;
    if (rows->is_copy) {
        make_tensor_row(converter, tensor, rows->first[y], out);
    } else if (rows->is_growing) {
        interpolate(cache, converter, rows, tensor, y, make_tensor_row, out, converter->shown.width);
    } else {
        sum_tensor_rows(converter, tensor, y);
        mix_tensor_row(converter, out);
    }
}

static void blacken(const rill_format *format, uint8_t *frame) {
    for (uint32_t plane = 0; plane < format->plane_count; plane++) {
        for (uint32_t row = 0; row < format->plane_rows[plane]; row++) {
            memset(frame + format->plane_offset[plane] + (uint64_t) row * format->plane_stride[plane],
                   plane == 0 ? BLACK_LUMA : BLACK_CHROMA, format->plane_width[plane]);
        }
    }
}

static void rows_out(row_cache *cache, const rill_converter *converter, const uint8_t *tensor, uint8_t *frame, uint32_t y) {
    const rill_format *format = &converter->format;
    const rill_rectangle *shown = &converter->shown;
    const uint64_t chroma_row = (shown->y + y) / 2;
    for (uint32_t i = 0; i < 2; i++) {
        row_out(cache, converter, tensor, y + i, converter->mixed[i]);
        row_round(frame + format->plane_offset[0] + (uint64_t) (shown->y + y + i) * format->plane_stride[0] + shown->x,
                  converter->mixed[i][0], shown->width);
    }
    for (uint32_t c = 1; c < CHANNELS; c++) {
        const bool is_paired = format->pixel_format == RILL_PIXEL_NV12;
        const uint32_t plane = is_paired ? 1 : c;
        uint8_t *row = frame + format->plane_offset[plane] + chroma_row * format->plane_stride[plane]
            + (is_paired ? shown->x + c - 1 : shown->x / 2);
        row_round_quarters(row, is_paired ? 2 : 1, converter->mixed[0][c], converter->mixed[1][c], shown->width / 2);
    }
}

void rill_converter_run_out(const rill_converter *converter, const uint8_t *tensor, uint8_t *frame) {
    const rill_rectangle *shown = &converter->shown;
    if (shown->width < converter->format.width || shown->height < converter->format.height) {
        blacken(&converter->format, frame);
    }
    row_cache cache = empty_cache(converter);
    for (uint32_t y = 0; y < shown->height; y += 2) {
        rows_out(&cache, converter, tensor, frame, y);
    }
}
