/* Bilinear taps have half-pixel centres; taps by area weigh each source value by what is covered of it. */
#include "rill_taps.h"
#include "rill_clones.h"

#include <stdlib.h>

static void bilinear(rill_taps *taps, uint32_t i, double centre, uint32_t all) {
    const double last = (double) all - 1;
    const double at = centre < 0 ? 0 : centre > last ? last : centre;
    const uint32_t below = (uint32_t) at;
    taps->first[i] = below;
    taps->count[i] = at > below ? 2 : 1;
    taps->weight[(uint64_t) i * taps->most] = (float) (1 - (at - below));
    taps->weight[(uint64_t) i * taps->most + 1] = (float) (at - below);
}

static void area(rill_taps *taps, uint32_t i, double from, double to) {
    const uint32_t first = (uint32_t) from;
    uint32_t count = 0;
    for (double at = first; at < to && count < taps->most; at++) {
        const double covered = (at + 1 < to ? at + 1 : to) - (at > from ? at : from);
        if (covered > 0) {
            taps->weight[(uint64_t) i * taps->most + count] = (float) (covered / (to - from));
            count++;
        } else if (count == 0) {
            break;
        }
    }
    taps->first[i] = first;
    taps->count[i] = count;
}

bool rill_taps_make(rill_taps *taps, uint32_t n, uint32_t start, uint32_t length, uint32_t all, bool by_area) {
    const double scale = (double) length / n;
    taps->n = n;
    taps->most = by_area ? (uint32_t) scale + 3 : 2;
    taps->is_copy = n == length;
    taps->is_growing = n > length;
    taps->first = calloc(n, sizeof *taps->first);
    taps->count = calloc(n, sizeof *taps->count);
    taps->weight = calloc((uint64_t) n * taps->most, sizeof *taps->weight);
    if (taps->first == NULL || taps->count == NULL || taps->weight == NULL) {
        rill_taps_free(taps);
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (taps->is_copy) {
            bilinear(taps, i, start + i, all);
        } else if (by_area) {
            const double to = start + (i + 1) * scale;
            area(taps, i, start + i * scale, to > all ? all : to);
        } else {
            bilinear(taps, i, start + (i + 0.5) * scale - 0.5, all);
        }
        taps->widest = taps->count[i] > taps->widest ? taps->count[i] : taps->widest;
    }
    return true;
}

void rill_taps_free(rill_taps *taps) {
    free(taps->first);
    free(taps->count);
    free(taps->weight);
    *taps = (rill_taps) {0};
}

/* At most two taps each, without branches: where there is one, nothing is added, since 0 times infinity is something. */
CLONES static void row_of_two(const uint32_t *restrict first, const uint32_t *restrict count, const float *restrict weight,
                              uint32_t most, uint32_t n, float *restrict out, const float *restrict in, unsigned shift) {
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t second = first[i] + (count[i] >> 1);
        const float added = weight[most * i + 1] * in[second >> shift];
        out[i] = weight[most * i] * in[first[i] >> shift] + (count[i] > 1 ? added : 0);
    }
}

static void row_of_many(const rill_taps *taps, float *restrict out, const float *restrict in, unsigned shift) {
    for (uint32_t i = 0; i < taps->n; i++) {
        const float *weight = taps->weight + (uint64_t) i * taps->most;
        const uint32_t first = taps->first[i];
        float sum = 0;
        for (uint32_t k = 0; k < taps->count[i]; k++) {
            sum += weight[k] * in[(first + k) >> shift];
        }
        out[i] = sum;
    }
}

void rill_taps_row(const rill_taps *taps, float *restrict out, const float *restrict in, bool in_pairs) {
    const unsigned shift = in_pairs ? 1 : 0;
    if (taps->widest <= 2) {
        row_of_two(taps->first, taps->count, taps->weight, taps->most, taps->n, out, in, shift);
    } else {
        row_of_many(taps, out, in, shift);
    }
}
