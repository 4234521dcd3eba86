/* Rows of tensors and of frames as floats, vectorised. n counts values, of one channel where there are three. */
#ifndef RILL_TENSOR_ROWS_H
#define RILL_TENSOR_ROWS_H

#include <stdint.h>

/* sums[x] += weight * row[x]; of every second sample from the first on for pairs. */
void row_weigh(float *restrict sums, const uint8_t *restrict row, uint32_t n, float weight);
void row_weigh_pairs(float *restrict first, float *restrict second, const uint8_t *restrict row, uint32_t pairs,
                     float weight);
void row_weigh_floats(float *restrict sums, const float *restrict row, uint32_t n, float weight);
/* out[x] = wa * a[x] + wb * b[x] */
void row_between(float *restrict out, const float *a, const float *b, uint32_t n, float wa, float wb);
/* out[x] = in[x / 2] */
void row_double(float *restrict out, const float *restrict in, uint32_t n);
/* out[x] = m[0] * a[x] + m[1] * b[x] + m[2] * c[x] + m[3] */
void row_mix(float *restrict out, const float *restrict a, const float *restrict b, const float *restrict c, uint32_t n,
             const float *restrict m);
/* Rounded to 0 to 255; NaN becomes 0. */
void row_round(uint8_t *restrict out, const float *restrict in, uint32_t n);
/* The same of means of four, of two rows; every `step`-th byte is written. */
void row_round_quarters(uint8_t *restrict out, uint32_t step, const float *restrict upper, const float *restrict lower,
                        uint32_t n);
/* Three channels in one row and apart. */
void row_join_floats(float *restrict out, const float *restrict a, const float *restrict b, const float *restrict c,
                     uint32_t n);
void row_part_floats(float *restrict a, float *restrict b, float *restrict c, const float *restrict in, uint32_t n);
void row_widen_bytes(float *restrict out, const uint8_t *restrict in, uint32_t n);
/* IEEE binary16, to nearest even, by the processor where it can. */
void row_to_halves(uint16_t *restrict out, const float *restrict in, uint32_t n);
void row_from_halves(float *restrict out, const uint16_t *restrict in, uint32_t n);

#endif
