/*
 * Plug-ins that are wrong in one way each: -DFAULT_<name> chooses it. Without one it is right, but for frames that its
 * parameter asks it to fail.
 */
#include "rill_plugin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int32_t describe(rill_plugin_description *description) {
    rill_parameter_info *answer = &description->parameters[0];
    snprintf(description->name, sizeof description->name, "faulty");
    description->devices = RILL_PLUGIN_CPU;
    description->parameter_count = 1;
    snprintf(answer->name, sizeof answer->name, "answer");
    answer->minimum = -9;
    answer->maximum = 200;
#if defined(FAULT_NAMELESS)
    description->name[0] = 0;
#elif defined(FAULT_ENDLESS)
    memset(description->name, 'x', sizeof description->name);
#elif defined(FAULT_DEVICES)
    description->devices = 8;
#elif defined(FAULT_PARAMETERS)
    description->parameter_count = RILL_MAX_PARAMETERS + 1;
#elif defined(FAULT_DEFAULT)
    answer->otherwise = NAN;
#elif defined(FAULT_DESCRIPTION)
    return -3;
#elif defined(FAULT_CUDA_ONLY)
    description->devices = RILL_PLUGIN_CUDA;
#elif defined(FAULT_CAPTURE)
    description->devices = RILL_PLUGIN_CUDA;
    description->flags = RILL_PLUGIN_CAPTURABLE;
#elif defined(FAULT_TENSOR)
    description->flags = RILL_PLUGIN_TENSORS;
    description->tensor.size = 1;
#endif
    return 0;
}

static int32_t open_faulty(const rill_plugin_place *place, void **instance) {
    (void) place;
    *instance = NULL;
#if defined(FAULT_OPEN)
    return -5;
#else
    return 0;
#endif
}

/* A negative parameter is the answer, a positive one a number of milliseconds to sleep. */
__attribute__((unused)) static int32_t enqueue(void *instance, uint64_t stream, uint64_t in, uint64_t out,
                                               const rill_parameters *parameters) {
    (void) instance, (void) stream, (void) in;
    const double value = parameters->values[0];
#if defined(FAULT_CAPTURE)
    static _Atomic int calls;
    calls++;
    return calls == 2 ? -6 : 0; /* The second of frames with the same values is captured first. */
#endif
    if (value > 0) {
        nanosleep(&(struct timespec) {.tv_nsec = (long) (value * 1e6)}, NULL);
    }
    *(uint8_t *) (uintptr_t) out = 77;
    return value < 0 ? (int32_t) value : 0;
}

static void close_faulty(void *instance) {
    (void) instance;
}

static const char *explain(void) {
    return "as it was asked to";
}

#if defined(FAULT_TABLE)
#define TABLE rill_other_table
RILL_API const rill_plugin *TABLE(void);
#else
#define TABLE rill_plugin_table
#endif

const rill_plugin *TABLE(void) {
    static const rill_plugin table = {
#if defined(FAULT_VERSION)
        sizeof table, RILL_PLUGIN_VERSION + 1, describe, open_faulty, enqueue, close_faulty, explain,
#elif defined(FAULT_FUNCTION)
        sizeof table, RILL_PLUGIN_VERSION, describe, open_faulty, NULL, close_faulty, explain,
#else
        sizeof table, RILL_PLUGIN_VERSION, describe, open_faulty, enqueue, close_faulty, explain,
#endif
    };
    return &table;
}
