/* Rows of tensors, written so that the compiler vectorises them. */
#include "rill_tensor_rows.h"
#include "rill_clones.h"
#include "rill_half.h"

#include <stdbool.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

CLONES void row_weigh(float *restrict sums, const uint8_t *restrict row, uint32_t n, float weight) {
    for (uint32_t x = 0; x < n; x++) {
        sums[x] += weight * (float) row[x];
    }
}

CLONES void row_weigh_pairs(float *restrict first, float *restrict second, const uint8_t *restrict row, uint32_t pairs,
                            float weight) {
    for (uint32_t x = 0; x < pairs; x++) {
        first[x] += weight * (float) row[2 * x];
        second[x] += weight * (float) row[2 * x + 1];
    }
}

CLONES void row_weigh_floats(float *restrict sums, const float *restrict row, uint32_t n, float weight) {
    for (uint32_t x = 0; x < n; x++) {
        sums[x] += weight * row[x];
    }
}

CLONES void row_between(float *restrict out, const float *a, const float *b, uint32_t n, float wa, float wb) {
    for (uint32_t x = 0; x < n; x++) {
        out[x] = wa * a[x] + wb * b[x];
    }
}

CLONES void row_double(float *restrict out, const float *restrict in, uint32_t n) {
    for (uint32_t x = 0; x < n / 2; x++) {
        out[2 * x] = in[x];
        out[2 * x + 1] = in[x];
    }
}

CLONES void row_mix(float *restrict out, const float *restrict a, const float *restrict b, const float *restrict c,
                    uint32_t n, const float *restrict m) {
    const float ma = m[0];
    const float mb = m[1];
    const float mc = m[2];
    const float one = m[3];
    for (uint32_t x = 0; x < n; x++) {
        out[x] = ma * a[x] + mb * b[x] + mc * c[x] + one;
    }
}

/* The comparisons are false for NaN. */
static inline uint8_t rounded(float value) {
    const float low = value > 0 ? value : 0;
    return (uint8_t) (int32_t) ((low < 255 ? low : 255) + 0.5f);
}

CLONES void row_round(uint8_t *restrict out, const float *restrict in, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        out[x] = rounded(in[x]);
    }
}

static inline void round_quarters(uint8_t *restrict out, uint32_t step, const float *restrict upper,
                                  const float *restrict lower, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        out[x * step] = rounded(0.25f * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]));
    }
}

/* A step that is known where it is compiled. */
CLONES void row_round_quarters(uint8_t *restrict out, uint32_t step, const float *restrict upper,
                               const float *restrict lower, uint32_t n) {
    if (step == 1) {
        round_quarters(out, 1, upper, lower, n);
    } else {
        round_quarters(out, step, upper, lower, n);
    }
}

CLONES void row_join_floats(float *restrict out, const float *restrict a, const float *restrict b,
                            const float *restrict c, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        out[3 * x] = a[x];
        out[3 * x + 1] = b[x];
        out[3 * x + 2] = c[x];
    }
}

CLONES void row_part_floats(float *restrict a, float *restrict b, float *restrict c, const float *restrict in,
                            uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        a[x] = in[3 * x];
        b[x] = in[3 * x + 1];
        c[x] = in[3 * x + 2];
    }
}

CLONES void row_widen_bytes(float *restrict out, const uint8_t *restrict in, uint32_t n) {
    for (uint32_t x = 0; x < n; x++) {
        out[x] = in[x];
    }
}

/* ---- halves ---- */

#if defined(__x86_64__)
static bool has_f16c(void) {
    return __builtin_cpu_supports("f16c") && __builtin_cpu_supports("avx");
}

__attribute__((target("avx,f16c"))) static uint32_t to_halves(uint16_t *out, const float *in, uint32_t n) {
    uint32_t x = 0;
    for (; x + 8 <= n; x += 8) {
        _mm_storeu_si128((__m128i *) (void *) (out + x),
                         _mm256_cvtps_ph(_mm256_loadu_ps(in + x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
    return x;
}

__attribute__((target("avx,f16c"))) static uint32_t from_halves(float *out, const uint16_t *in, uint32_t n) {
    uint32_t x = 0;
    for (; x + 8 <= n; x += 8) {
        _mm256_storeu_ps(out + x, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) (const void *) (in + x))));
    }
    return x;
}
#else
static bool has_f16c(void) {
    return false;
}

static uint32_t to_halves(uint16_t *out, const float *in, uint32_t n) {
    (void) out, (void) in, (void) n;
    return 0;
}

static uint32_t from_halves(float *out, const uint16_t *in, uint32_t n) {
    (void) out, (void) in, (void) n;
    return 0;
}
#endif

void row_to_halves(uint16_t *restrict out, const float *restrict in, uint32_t n) {
    for (uint32_t x = has_f16c() ? to_halves(out, in, n) : 0; x < n; x++) {
        out[x] = rill_to_half(in[x]);
    }
}

void row_from_halves(float *restrict out, const uint16_t *restrict in, uint32_t n) {
    for (uint32_t x = has_f16c() ? from_halves(out, in, n) : 0; x < n; x++) {
        out[x] = rill_from_half(in[x]);
    }
}
