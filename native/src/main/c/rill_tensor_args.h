/* What the kernels between frames and tensors get, the same for the host and for CUDA. */
#ifndef RILL_TENSOR_ARGS_H
#define RILL_TENSOR_ARGS_H

/* rill_taps as the device sees them: addresses of unsigned ints, unsigned ints and floats. */
typedef struct rill_tensor_taps {
    unsigned long long first;
    unsigned long long count;
    unsigned long long weight;
    unsigned int most;
    unsigned int reserved;
} rill_tensor_taps;

typedef struct rill_tensor_args {
    unsigned long long frame;
    unsigned long long tensor;
    unsigned long long plane_offset[3];
    unsigned int plane_stride[3];
    unsigned int interleaved; /* chroma of the frame: NV12 */
    unsigned int frame_width;
    unsigned int frame_height;
    unsigned int type;   /* RILL_TENSOR_* */
    unsigned int layout;
    unsigned int width;  /* of the tensor */
    unsigned int height;
    unsigned int shown_x; /* of the frame */
    unsigned int shown_y;
    unsigned int shown_width;
    unsigned int shown_height;
    unsigned int filled_x; /* of the tensor */
    unsigned int filled_y;
    unsigned int filled_width;
    unsigned int filled_height;
    rill_tensor_taps rows;
    rill_tensor_taps columns;
    float mix[12];
    float fill[3];
    unsigned int reserved;
} rill_tensor_args;

#endif
