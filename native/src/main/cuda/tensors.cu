/*
 * Between frames and tensors on CUDA devices: a thread for each pixel of the tensor (blocks of 64 by 4), or for each chroma
 * sample of the frame. tensors.ptx is made of this file by make-ptx.sh.
 */
#include "../c/rill_tensor_pixels.h"

extern "C" __global__ void rill_tensor_in(const rill_tensor_args args) {
    const unsigned int x = blockIdx.x * blockDim.x + threadIdx.x;
    const unsigned int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x < args.width && y < args.height) {
        rill_tensor_in_pixel(&args, x, y);
    }
}

extern "C" __global__ void rill_tensor_out(const rill_tensor_args args) {
    const unsigned int x = blockIdx.x * blockDim.x + threadIdx.x;
    const unsigned int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x < args.frame_width / 2 && y < args.frame_height / 2) {
        rill_tensor_out_quad(&args, x, y);
    }
}
