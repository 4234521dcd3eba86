/*
 * What a kernel of a CUDA device gets, as one parameter by value. Shared by the kernels, which are compiled for the
 * device, and by those who launch them or stand in for them on the host; no hidden padding.
 */
#ifndef RILL_KERNEL_ARGS_H
#define RILL_KERNEL_ARGS_H

#define RILL_KERNEL_PLANES 3
#define RILL_KERNEL_PARAMETERS 13

typedef struct rill_kernel_args { /* 144 bytes */
    unsigned long long in;  /* device address of the source slot */
    unsigned long long out; /* device address of the result slot */
    unsigned long long before; /* of the result of the frame before, 0 for the first one */
    unsigned long long plane_offset[RILL_KERNEL_PLANES];
    unsigned int plane_stride[RILL_KERNEL_PLANES];
    unsigned int plane_width[RILL_KERNEL_PLANES]; /* bytes used per row */
    unsigned int plane_rows[RILL_KERNEL_PLANES];  /* 0 for a plane that is not there */
    unsigned int plane_count;
    unsigned int interleaved; /* 1: U and V alternate in plane 1 */
    int prepared[RILL_KERNEL_PARAMETERS];
} rill_kernel_args;

#endif
