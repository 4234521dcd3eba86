/* The example on tensors of another size: interleaved halves of 40 x 30, letterboxed, by area. */
#define MARK_FLAGS (RILL_PLUGIN_TENSORS | RILL_PLUGIN_CAPTURABLE)
#define MARK_TENSOR \
    {.size = sizeof(rill_tensor), .version = RILL_STRUCT_VERSION, .type = RILL_TENSOR_F16, \
     .layout = RILL_TENSOR_INTERLEAVED, .width = 40, .height = 30, .fit = RILL_FIT_LETTERBOX, .filter = RILL_FILTER_AREA, \
     .forward = {[0] = 1 / 256.f, [5] = 1 / 256.f, [10] = 1 / 256.f}, .backward = {[0] = 256, [5] = 256, [10] = 256}, \
     .fill = {.5f, .5f, .5f}}

#include "../../../../examples/mark.c"
