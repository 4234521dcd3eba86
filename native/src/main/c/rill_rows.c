/*
 * Row kernels: the integer definitions of the built-in models, written so that the compiler vectorises them. Where it
 * can, it makes several versions, and the loader picks the best one for the processor.
 */
#include "rill_clones.h"
#include "rill_internal.h"

#define BLACK 16
#define RANGE 219
#define BLOCK 512

CLONES void row_invert_luma(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        out[x] = in[x] > 251 ? 0 : 251 - in[x];
    }
}

CLONES void row_invert_chroma(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        out[x] = in[x] == 0 ? 255 : (uint8_t) (0 - in[x]);
    }
}

CLONES void row_tint(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n, int32_t target,
                          int32_t strength) {
    for (uint32_t x = 0; x < n; x++) {
        out[x] = (uint8_t) (in[x] + (((target - in[x]) * strength + 128) >> 8));
    }
}

/*
 * U and V alternate. A test of the index, or pairs inside the loop, do not vectorise here; blocks with a table of
 * targets do.
 */
CLONES void row_tint_pairs(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n, int32_t u, int32_t v,
                           int32_t strength) {
    int16_t target[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        target[i] = (int16_t) (i % 2 == 0 ? u : v);
    }
    for (size_t done = 0, left = 2 * (size_t) n; left > 0;) {
        const size_t block = left < BLOCK ? left : BLOCK;
        const uint8_t *from = in + done;
        uint8_t *to = out + done;
        for (size_t i = 0; i < block; i++) {
            to[i] = (uint8_t) (from[i] + (((target[i] - from[i]) * strength + 128) >> 8));
        }
        done += block;
        left -= block;
    }
}

CLONES void row_blend(uint8_t *restrict out, const uint8_t *restrict in, const uint8_t *restrict before, uint32_t n,
                      int32_t share) {
    for (uint32_t x = 0; x < n; x++) {
        out[x] = (uint8_t) (in[x] + (((before[x] - in[x]) * share + 128) >> 8));
    }
}

CLONES void row_add(uint32_t *restrict sums, const uint8_t *restrict row, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        sums[x] += row[x];
    }
}

CLONES void row_subtract(uint32_t *restrict sums, const uint8_t *restrict row, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        sums[x] -= row[x];
    }
}

/*
 * One sample from its left (l) and right (r) columns; inlined into the loop, and used for both borders. Sums fit 16 bits
 * (at most 2040), which the types say so that the vectors carry twice as many.
 */
static inline __attribute__((always_inline)) uint8_t edge(const uint8_t *above, const uint8_t *row,
                                                          const uint8_t *below, size_t l, size_t x, size_t r,
                                                          int32_t gain) {
    const int16_t gx = (int16_t) (above[r] + 2 * row[r] + below[r] - above[l] - 2 * row[l] - below[l]);
    const int16_t gy = (int16_t) (below[l] + 2 * below[x] + below[r] - above[l] - 2 * above[x] - above[r]);
    const int16_t ax = (int16_t) (gx < 0 ? -gx : gx);
    const int16_t ay = (int16_t) (gy < 0 ? -gy : gy);
    const int32_t scaled = ((int16_t) (ax + ay) * gain) >> 10;
    return (uint8_t) (BLACK + (scaled < RANGE ? scaled : RANGE));
}

CLONES void row_edge(uint8_t *restrict out, const uint8_t *restrict above, const uint8_t *restrict row,
                     const uint8_t *restrict below, uint32_t n, int32_t gain) {
    const size_t last = n - 1;
    out[0] = edge(above, row, below, 0, 0, 1, gain);
    for (size_t x = 1; x < last; x++) {
        out[x] = edge(above, row, below, x - 1, x, x + 1, gain);
    }
    out[last] = edge(above, row, below, last - 1, last, last, gain);
}
