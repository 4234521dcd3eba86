/* IEEE binary16 in integers, to nearest even; as C and as CUDA. */
#ifndef RILL_HALF_H
#define RILL_HALF_H

#ifdef __CUDACC__
#define RILL_ON_DEVICE static __device__ inline
#else
#define RILL_ON_DEVICE static inline
#endif

typedef union rill_float_bits {
    float value;
    unsigned int bits;
} rill_float_bits;

RILL_ON_DEVICE unsigned short rill_to_half(float value) {
    rill_float_bits word;
    word.value = value;
    const unsigned int sign = word.bits >> 16 & 0x8000;
    const unsigned int magnitude = word.bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
        return (unsigned short) (sign | 0x7e00 | (magnitude >> 13 & 0x1ff));
    }
    if (magnitude >= 0x477ff000) { /* Rounds to 65536 or more. */
        return (unsigned short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) { /* Below 2^-14: a multiple of 2^-24, which the addition rounds to. */
        word.bits = magnitude;
        word.value += 0.5f;
        return (unsigned short) (sign | (word.bits - 0x3f000000));
    }
    return (unsigned short) (sign | ((magnitude + 0xc8000fff + (magnitude >> 13 & 1)) >> 13));
}

RILL_ON_DEVICE float rill_from_half(unsigned short half) {
    rill_float_bits word;
    const unsigned int sign = (unsigned int) (half & 0x8000) << 16;
    const unsigned int magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) {
        word.bits = sign | 0x7f800000 | (magnitude & 0x3ff) << 13;
    } else if (magnitude < 0x400) {
        word.value = (float) magnitude / 16777216.0f;
        word.bits |= sign;
    } else {
        word.bits = sign | ((magnitude << 13) + 0x38000000);
    }
    return word.value;
}

#endif
