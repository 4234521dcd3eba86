/* Conversion between frames and tensors, by whoever makes a converter. */
#ifndef RILL_TENSOR_H
#define RILL_TENSOR_H

#include "rill_internal.h"
#include "rill_taps.h"

#define RILL_TENSOR_CHANNELS 3

typedef struct rill_rectangle {
    uint32_t x;
    uint32_t y;
    uint32_t width;
    uint32_t height;
} rill_rectangle;

typedef struct rill_converter {
    rill_format format;
    rill_tensor tensor;
    uint64_t value_bytes;
    uint64_t tensor_bytes;
    rill_rectangle shown;  /* of the frame; all even */
    rill_rectangle filled; /* of the tensor */
    rill_taps in_rows;
    rill_taps in_columns;
    rill_taps out_rows;
    rill_taps out_columns;
    float *sums[RILL_TENSOR_CHANNELS];     /* rows of a source */
    float *wide[RILL_TENSOR_CHANNELS];     /* rows of a result before they are mixed */
    float *mixed[2][RILL_TENSOR_CHANNELS]; /* and after; two rows for chroma */
    float *cached[2][RILL_TENSOR_CHANNELS]; /* two rows of a source whose rows become more, widened and mixed */
    float *joined;
    _Atomic bool is_busy;
} rill_converter;

int32_t rill_converter_make(const rill_format *format, const rill_tensor *tensor, rill_converter **result);
void rill_converter_free(rill_converter *converter);
/* One at a time, between a slot and a tensor. */
void rill_converter_run_in(const rill_converter *converter, const uint8_t *frame, uint8_t *tensor);
void rill_converter_run_out(const rill_converter *converter, const uint8_t *tensor, uint8_t *frame);

#endif
