/* How the values along one axis come of those along another. */
#ifndef RILL_TAPS_H
#define RILL_TAPS_H

#include <stdbool.h>
#include <stdint.h>

/* Value i is the sum over k < count[i] of weight[i * most + k] times source value first[i] + k. */
typedef struct rill_taps {
    uint32_t n;
    uint32_t most;
    uint32_t widest; /* the highest count */
    bool is_copy;    /* each is the value at its own place, from first[0] on */
    bool is_growing; /* more values than the source has: two taps each at most */
    uint32_t *first;
    uint32_t *count;
    float *weight;
} rill_taps;

/* From `length` source values at `start`, of `all`, to n; false without memory. Values at the ends are repeated. */
bool rill_taps_make(rill_taps *taps, uint32_t n, uint32_t start, uint32_t length, uint32_t all, bool by_area);
void rill_taps_free(rill_taps *taps);
/* Along a row; from every value, or from values that stand for two each. */
void rill_taps_row(const rill_taps *taps, float *restrict out, const float *restrict in, bool in_pairs);

#endif
