/* The built-in models: names, parameters, kernels. */
#include "rill_internal.h"

#include <string.h>

static const rill_model models[] = {
    {"blend", rill_kernel_blend, false, true, true, 1, {{"share", 0, 1, 256}}},
    {"blur", rill_kernel_blur, false, false, false, 1, {{"radius", 0, RILL_MAX_BLUR, 1}}},
    {"edge", rill_kernel_edge, false, false, false, 1, {{"gain", 0, 16, 256}}},
    {"identity", rill_kernel_identity, true, false, false, 0, {{0}}},
    {"invert", rill_kernel_invert, false, false, false, 0, {{0}}},
    {"tint", rill_kernel_tint, false, false, false, 3, {{"u", 0, 255, 1}, {"v", 0, 255, 1}, {"strength", 0, 1, 256}}},
};

const rill_model *rill_model_find(const char *name) {
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        if (strcmp(models[i].name, name) == 0) {
            return &models[i];
        }
    }
    return NULL;
}

/* floor(x + 0.5) for x >= 0, without the mathematics library. */
static int32_t round_half_up(double value) {
    return (int32_t) (value + 0.5);
}

int32_t rill_model_prepare(const rill_model *model, const rill_parameters *parameters, rill_values *values) {
    if (parameters == NULL || parameters->size < sizeof *parameters || parameters->version != RILL_STRUCT_VERSION
        || parameters->count != model->parameter_count) {
        return rill_fail(RILL_BAD_PARAMETER, "model '%s': %u parameters in a block of %u bytes version %u, "
                         "expected %u in %zu bytes version %d", model->name,
                         parameters == NULL ? 0 : parameters->count, parameters == NULL ? 0 : parameters->size,
                         parameters == NULL ? 0 : parameters->version, model->parameter_count, sizeof *parameters,
                         RILL_STRUCT_VERSION);
    }
    for (uint32_t i = 0; i < model->parameter_count; i++) {
        const rill_range *range = &model->parameters[i];
        const double value = parameters->values[i];
        /* Comparisons with NaN are false. */
        if (!(value >= range->minimum && value <= range->maximum)) {
            return rill_fail(RILL_BAD_PARAMETER, "model '%s' parameter '%s': value %g, expected %g to %g", model->name,
                             range->name, value, range->minimum, range->maximum);
        }
        if (model->kernel == NULL) {
            values->given[i] = value;
        } else {
            values->prepared[i] = round_half_up(value * range->scale);
        }
    }
    return RILL_OK;
}
