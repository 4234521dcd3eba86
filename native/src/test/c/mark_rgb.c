/* The example on tensors of the frame's size: three planes of bytes, red, green and blue; the bar is red's. */
#define MARK_FLAGS (RILL_PLUGIN_TENSORS | RILL_PLUGIN_CAPTURABLE)
#define MARK_TENSOR \
    {.size = sizeof(rill_tensor), .version = RILL_STRUCT_VERSION, .type = RILL_TENSOR_U8, .basis = RILL_BASIS_RGB, \
     .forward = {[0] = 255, [5] = 255, [10] = 255}, .backward = {[0] = 1 / 255.f, [5] = 1 / 255.f, [10] = 1 / 255.f}}

#include "../../../../examples/mark.c"
