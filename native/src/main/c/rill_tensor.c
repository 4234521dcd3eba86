/* Converters between frames and tensors: what they need is checked and made once. */
#include "rill_tensor.h"
#include "rill_colours.h"

#include <stdlib.h>

#define CHANNELS RILL_TENSOR_CHANNELS

/* ---- where the frame lies in the tensor ---- */

static uint32_t even(double value, uint32_t most) {
    const uint32_t result = 2 * (uint32_t) (value / 2 + 0.5);
    return result < 2 ? 2 : result > most ? most : result;
}

static uint32_t whole(double value, uint32_t most) {
    const uint32_t result = (uint32_t) (value + 0.5);
    return result < 1 ? 1 : result > most ? most : result;
}

static void place(rill_converter *converter) {
    const rill_format *format = &converter->format;
    const rill_tensor *tensor = &converter->tensor;
    const double frame = (double) format->width / format->height;
    const double wanted = (double) tensor->width / tensor->height;
    rill_rectangle shown = {0, 0, format->width, format->height};
    rill_rectangle filled = {0, 0, tensor->width, tensor->height};
    if (tensor->fit == RILL_FIT_CROP) {
        shown.width = frame > wanted ? even(format->height * wanted, format->width) : format->width;
        shown.height = frame < wanted ? even(format->width / wanted, format->height) : format->height;
        shown.x = (format->width - shown.width) / 4 * 2;
        shown.y = (format->height - shown.height) / 4 * 2;
    } else if (tensor->fit == RILL_FIT_LETTERBOX) {
        filled.width = frame < wanted ? whole(tensor->height * frame, tensor->width) : tensor->width;
        filled.height = frame > wanted ? whole(tensor->width / frame, tensor->height) : tensor->height;
        filled.x = (tensor->width - filled.width) / 2;
        filled.y = (tensor->height - filled.height) / 2;
    }
    converter->shown = shown;
    converter->filled = filled;
}

/* ---- make and free ---- */

static bool is_finite(float value) {
    return value - value == 0;
}

static int32_t check_tensor(const rill_tensor *tensor) {
    if (tensor == NULL || tensor->size < sizeof *tensor || tensor->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "tensor: missing, or size or version unknown; expected %zu bytes version %d",
                         sizeof *tensor, RILL_STRUCT_VERSION);
    }
    if (tensor->width < 1 || tensor->width > RILL_MAX_DIMENSION || tensor->height < 1
        || tensor->height > RILL_MAX_DIMENSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "tensor: width %u height %u, expected 1 to %d", tensor->width,
                         tensor->height, RILL_MAX_DIMENSION);
    }
    if (tensor->type > RILL_TENSOR_U8 || tensor->layout > RILL_TENSOR_INTERLEAVED || tensor->fit > RILL_FIT_LETTERBOX
        || tensor->filter > RILL_FILTER_AREA || tensor->basis > RILL_BASIS_RGB) {
        return rill_fail(RILL_BAD_ARGUMENT, "tensor: type %u layout %u fit %u filter %u basis %u, expected at most 2, 1, 2, 1, "
                         "1", tensor->type, tensor->layout, tensor->fit, tensor->filter, tensor->basis);
    }
    return RILL_OK;
}

/* The tensor with matrices of samples. */
static int32_t mix_colours(rill_tensor *tensor, uint32_t colours) {
    if (tensor->basis == RILL_BASIS_RGB) {
        rill_colours_mix(colours, tensor->forward, tensor->backward);
        tensor->basis = RILL_BASIS_SAMPLES;
    }
    for (uint32_t i = 0; i < 12; i++) {
        if (!is_finite(tensor->forward[i]) || !is_finite(tensor->backward[i]) || !is_finite(tensor->fill[i % CHANNELS])) {
            return rill_fail(RILL_BAD_ARGUMENT, "tensor: coefficient or fill %u is not a finite number", i);
        }
    }
    return RILL_OK;
}

void rill_converter_free(rill_converter *converter) {
    rill_taps_free(&converter->in_rows);
    rill_taps_free(&converter->in_columns);
    rill_taps_free(&converter->out_rows);
    rill_taps_free(&converter->out_columns);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        free(converter->sums[c]);
        free(converter->wide[c]);
        free(converter->mixed[0][c]);
        free(converter->mixed[1][c]);
        free(converter->cached[0][c]);
        free(converter->cached[1][c]);
    }
    free(converter->joined);
    free(converter);
}

static bool make_taps(rill_converter *converter) {
    const rill_format *format = &converter->format;
    const rill_tensor *tensor = &converter->tensor;
    const rill_rectangle *shown = &converter->shown;
    const rill_rectangle *filled = &converter->filled;
    const bool by_area = tensor->filter == RILL_FILTER_AREA;
    return rill_taps_make(&converter->in_columns, filled->width, shown->x, shown->width, format->width, by_area)
        && rill_taps_make(&converter->in_rows, filled->height, shown->y, shown->height, format->height, by_area)
        && rill_taps_make(&converter->out_columns, shown->width, filled->x, filled->width, tensor->width, by_area)
        && rill_taps_make(&converter->out_rows, shown->height, filled->y, filled->height, tensor->height, by_area);
}

static bool make_rows(rill_converter *converter) {
    const uint64_t frame = converter->format.width;
    const uint64_t tensor = converter->tensor.width;
    const uint64_t n = frame > tensor ? frame : tensor;
    bool is_made = true;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        converter->sums[c] = calloc(n, sizeof(float));
        converter->wide[c] = calloc(n, sizeof(float));
        converter->mixed[0][c] = calloc(n, sizeof(float));
        converter->mixed[1][c] = calloc(n, sizeof(float));
        converter->cached[0][c] = calloc(n, sizeof(float));
        converter->cached[1][c] = calloc(n, sizeof(float));
        is_made &= converter->sums[c] != NULL && converter->wide[c] != NULL && converter->mixed[0][c] != NULL
            && converter->mixed[1][c] != NULL && converter->cached[0][c] != NULL && converter->cached[1][c] != NULL;
    }
    converter->joined = calloc(CHANNELS * n, sizeof(float));
    return is_made && converter->joined != NULL;
}

int32_t rill_converter_make(const rill_format *format, const rill_tensor *tensor, rill_converter **result) {
    rill_format checked;
    int32_t code = rill_format_check(format, &checked);
    code = code == RILL_OK ? check_tensor(tensor) : code;
    if (code != RILL_OK) {
        return code;
    }
    rill_converter *converter = calloc(1, sizeof *converter);
    if (converter == NULL) {
        return rill_fail(RILL_NO_MEMORY, "converter: no memory");
    }
    converter->format = checked;
    converter->tensor = *tensor;
    code = mix_colours(&converter->tensor, checked.colours);
    if (code != RILL_OK) {
        rill_converter_free(converter);
        return code;
    }
    converter->value_bytes = tensor->type == RILL_TENSOR_F32 ? 4 : tensor->type == RILL_TENSOR_F16 ? 2 : 1;
    converter->tensor_bytes = CHANNELS * converter->value_bytes * tensor->width * tensor->height;
    place(converter);
    if (!make_taps(converter) || !make_rows(converter)) {
        rill_converter_free(converter);
        return rill_fail(RILL_NO_MEMORY, "converter: no memory");
    }
    *result = converter;
    return RILL_OK;
}
