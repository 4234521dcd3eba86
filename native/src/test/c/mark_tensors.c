/* The example on tensors of the frame's size: a picture in three planes of bytes, Y, U and V as they are. */
#define MARK_FLAGS (RILL_PLUGIN_TENSORS | RILL_PLUGIN_CAPTURABLE)
#define MARK_TENSOR \
    {.size = sizeof(rill_tensor), .version = RILL_STRUCT_VERSION, .type = RILL_TENSOR_U8, \
     .forward = {[0] = 1, [5] = 1, [10] = 1}, .backward = {[0] = 1, [5] = 1, [10] = 1}}

#include "../../../../examples/mark.c"
