/* Sizes and offsets of every structure, for the self-test of bindings; order as in this table. */
#include "rill_internal.h"

_Static_assert(sizeof(rill_device_info) == 424, "rill_device_info");
_Static_assert(sizeof(rill_device_options) == 16, "rill_device_options");
_Static_assert(sizeof(rill_format) == 96, "rill_format");
_Static_assert(sizeof(rill_pool_info) == 40, "rill_pool_info");
_Static_assert(sizeof(rill_region_info) == 24, "rill_region_info");
_Static_assert(sizeof(rill_link_message) == 16, "rill_link_message");
_Static_assert(sizeof(rill_tensor) == 144, "rill_tensor");
_Static_assert(sizeof(rill_session_options) == 168, "rill_session_options");
_Static_assert(sizeof(rill_parameter_info) == 184, "rill_parameter_info");
_Static_assert(sizeof(rill_plugin_info) == 2576, "rill_plugin_info");
_Static_assert(sizeof(rill_parameters) == 128, "rill_parameters");
_Static_assert(sizeof(rill_times) == 40, "rill_times");
_Static_assert(sizeof(rill_completion) == 64, "rill_completion");
_Static_assert(sizeof(rill_completion_block) == 256, "rill_completion_block");

static const int32_t layout[] = {
    sizeof(rill_device_info),
    offsetof(rill_device_info, index),
    offsetof(rill_device_info, kind),
    offsetof(rill_device_info, usable),
    offsetof(rill_device_info, capabilities),
    offsetof(rill_device_info, name),
    offsetof(rill_device_info, description),
    offsetof(rill_device_info, refusal),
    sizeof(rill_device_options),
    offsetof(rill_device_options, threads),
    sizeof(rill_format),
    offsetof(rill_format, pixel_format),
    offsetof(rill_format, width),
    offsetof(rill_format, height),
    offsetof(rill_format, plane_count),
    offsetof(rill_format, plane_offset),
    offsetof(rill_format, plane_stride),
    offsetof(rill_format, plane_width),
    offsetof(rill_format, plane_rows),
    offsetof(rill_format, colours),
    offsetof(rill_format, slot_bytes),
    sizeof(rill_pool_info),
    offsetof(rill_pool_info, pool),
    offsetof(rill_pool_info, base),
    offsetof(rill_pool_info, slot_stride),
    offsetof(rill_pool_info, slots),
    sizeof(rill_region_info),
    offsetof(rill_region_info, region),
    offsetof(rill_region_info, base),
    sizeof(rill_tensor),
    offsetof(rill_tensor, type),
    offsetof(rill_tensor, layout),
    offsetof(rill_tensor, width),
    offsetof(rill_tensor, height),
    offsetof(rill_tensor, fit),
    offsetof(rill_tensor, filter),
    offsetof(rill_tensor, forward),
    offsetof(rill_tensor, backward),
    offsetof(rill_tensor, fill),
    offsetof(rill_tensor, basis),
    sizeof(rill_parameter_info),
    offsetof(rill_parameter_info, minimum),
    offsetof(rill_parameter_info, maximum),
    offsetof(rill_parameter_info, otherwise),
    offsetof(rill_parameter_info, name),
    offsetof(rill_parameter_info, description),
    sizeof(rill_plugin_info),
    offsetof(rill_plugin_info, plugin),
    offsetof(rill_plugin_info, parameter_count),
    offsetof(rill_plugin_info, name),
    offsetof(rill_plugin_info, description),
    offsetof(rill_plugin_info, parameters),
    sizeof(rill_session_options),
    offsetof(rill_session_options, parameter_count),
    offsetof(rill_session_options, window),
    offsetof(rill_session_options, completion_block),
    offsetof(rill_session_options, completion_bytes),
    offsetof(rill_session_options, model),
    offsetof(rill_session_options, format),
    offsetof(rill_session_options, plugin),
    sizeof(rill_parameters),
    offsetof(rill_parameters, parameter_version),
    offsetof(rill_parameters, count),
    offsetof(rill_parameters, values),
    sizeof(rill_times),
    offsetof(rill_times, frames),
    offsetof(rill_times, copy_in_ns),
    offsetof(rill_times, model_ns),
    offsetof(rill_times, copy_out_ns),
    sizeof(rill_completion),
    offsetof(rill_completion, ticket),
    offsetof(rill_completion, status),
    offsetof(rill_completion, in),
    offsetof(rill_completion, out),
    offsetof(rill_completion, parameter_version),
    offsetof(rill_completion, start_ns),
    offsetof(rill_completion, end_ns),
    offsetof(rill_completion_block, submitted),
    offsetof(rill_completion_block, completed),
    offsetof(rill_completion_block, state),
    offsetof(rill_completion_block, consumed),
    offsetof(rill_completion_block, records),
};

int32_t rill_layout(uint64_t table, uint32_t capacity) {
    const uint32_t count = sizeof layout / sizeof layout[0];
    int32_t *target = (int32_t *) (uintptr_t) table;
    for (uint32_t i = 0; i < count && i < capacity && target != NULL; i++) {
        target[i] = layout[i];
    }
    return (int32_t) count;
}
