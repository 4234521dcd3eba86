/*
 * The built-in models for CUDA devices: one thread per byte of the picture, rows of all planes one behind the other
 * (a grid of ceil(width / 64) by ceil(all rows / 4) blocks of 64 by 4). The integer definitions are those of
 * dev.rill.gpu.Model, so results are the same bytes on every device. kernels.ptx is made of this file by make-ptx.sh.
 */
#include "../c/rill_kernel_args.h"

typedef unsigned char byte;

#define BLACK 16
#define RANGE 219
#define NEUTRAL_CHROMA 128

struct place {
    unsigned int plane;
    unsigned int x;
    unsigned int y;
    bool inside;
};

static __device__ place here(const rill_kernel_args &args) {
    place at = {0, blockIdx.x * blockDim.x + threadIdx.x, blockIdx.y * blockDim.y + threadIdx.y, false};
    while (at.plane < args.plane_count && at.y >= args.plane_rows[at.plane]) {
        at.y -= args.plane_rows[at.plane];
        at.plane++;
    }
    at.inside = at.plane < args.plane_count && at.x < args.plane_width[at.plane];
    return at;
}

static __device__ unsigned long long offset(const rill_kernel_args &args, unsigned int plane, unsigned int x,
                                            unsigned int y) {
    return args.plane_offset[plane] + (unsigned long long) args.plane_stride[plane] * y + x;
}

static __device__ int sample(const rill_kernel_args &args, const place &at) {
    return ((const byte *) args.in)[offset(args, at.plane, at.x, at.y)];
}

static __device__ void store(const rill_kernel_args &args, const place &at, int value) {
    ((byte *) args.out)[offset(args, at.plane, at.x, at.y)] = (byte) value;
}

extern "C" __global__ void rill_identity(const rill_kernel_args args) {
    const place at = here(args);
    if (at.inside) {
        store(args, at, sample(args, at));
    }
}

extern "C" __global__ void rill_invert(const rill_kernel_args args) {
    const place at = here(args);
    if (at.inside) {
        const int value = sample(args, at);
        const int luma = value > 251 ? 0 : 251 - value;
        const int chroma = value == 0 ? 255 : 256 - value;
        store(args, at, at.plane == 0 ? luma : chroma);
    }
}

extern "C" __global__ void rill_tint(const rill_kernel_args args) {
    const place at = here(args);
    if (at.inside) {
        const int value = sample(args, at);
        const bool is_v = args.interleaved ? at.x % 2 == 1 : at.plane == 2;
        const int moved = value + (((args.prepared[is_v ? 1 : 0] - value) * args.prepared[2] + 128) >> 8);
        store(args, at, at.plane == 0 ? value : moved);
    }
}

extern "C" __global__ void rill_edge(const rill_kernel_args args) {
    const place at = here(args);
    if (!at.inside) {
        return;
    }
    if (at.plane > 0) {
        store(args, at, NEUTRAL_CHROMA);
        return;
    }
    const byte *luma = (const byte *) args.in;
    const unsigned int l = at.x == 0 ? 0 : at.x - 1;
    const unsigned int r = at.x == args.plane_width[0] - 1 ? at.x : at.x + 1;
    const byte *above = luma + offset(args, 0, 0, at.y == 0 ? 0 : at.y - 1);
    const byte *row = luma + offset(args, 0, 0, at.y);
    const byte *below = luma + offset(args, 0, 0, at.y == args.plane_rows[0] - 1 ? at.y : at.y + 1);
    const int gx = above[r] + 2 * row[r] + below[r] - above[l] - 2 * row[l] - below[l];
    const int gy = below[l] + 2 * below[at.x] + below[r] - above[l] - 2 * above[at.x] - above[r];
    const int scaled = ((abs(gx) + abs(gy)) * args.prepared[0]) >> 10;
    store(args, at, BLACK + (scaled < RANGE ? scaled : RANGE));
}

extern "C" __global__ void rill_blend(const rill_kernel_args args) {
    const place at = here(args);
    if (at.inside) {
        const int value = sample(args, at);
        const int before = args.before == 0 ? value
            : ((const byte *) args.before)[offset(args, at.plane, at.x, at.y)];
        store(args, at, value + (((before - value) * args.prepared[0] + 128) >> 8));
    }
}

static __device__ int within(int at, int count) {
    return at < 0 ? 0 : at >= count ? count - 1 : at;
}

extern "C" __global__ void rill_blur(const rill_kernel_args args) {
    const place at = here(args);
    if (!at.inside) {
        return;
    }
    const int step = args.interleaved && at.plane > 0 ? 2 : 1;
    const int radius = at.plane == 0 ? args.prepared[0] : (args.prepared[0] + 1) / 2;
    const int columns = (int) args.plane_width[at.plane] / step;
    const int rows = (int) args.plane_rows[at.plane];
    const int x = (int) at.x / step;
    const int kind = (int) at.x % step;
    const unsigned int area = (2 * radius + 1) * (2 * radius + 1);
    unsigned int sum = 0;
    for (int dy = -radius; dy <= radius; dy++) {
        const byte *row = (const byte *) args.in + offset(args, at.plane, kind, within((int) at.y + dy, rows));
        for (int dx = -radius; dx <= radius; dx++) {
            sum += row[within(x + dx, columns) * step];
        }
    }
    store(args, at, (int) ((sum + area / 2) / area));
}

/* One thread, behind all others of its stream: tells the host, where the driver cannot write values itself. */
extern "C" __global__ void rill_complete(volatile unsigned long long *counter, unsigned long long value) {
    __threadfence_system();
    *counter = value;
}
