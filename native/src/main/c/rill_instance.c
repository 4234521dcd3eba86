/* Instances of plug-ins: opened with their session, called for its frames. */
#include "rill_instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *reason(const rill_plugin *table) {
    const char *text = table->explain == NULL ? NULL : table->explain();
    return text == NULL ? "it does not say why" : text;
}

/* What the frame's size leaves open is filled in. */
static int32_t make_converter(rill_instance *instance, const rill_format *format) {
    rill_tensor tensor = instance->library->description.tensor;
    tensor.width = tensor.width == 0 ? format->width : tensor.width;
    tensor.height = tensor.height == 0 ? format->height : tensor.height;
    return rill_converter_make(format, &tensor, &instance->converter);
}

static bool make_tensors(rill_instance *instance) {
    const uint64_t bytes = (instance->converter->tensor_bytes + RILL_CACHE_LINE - 1) & ~(RILL_CACHE_LINE - 1ull);
    for (uint32_t i = 0; i < 2; i++) {
        instance->tensors[i] = aligned_alloc(RILL_CACHE_LINE, bytes);
        if (instance->tensors[i] == NULL) {
            return false;
        }
        memset(instance->tensors[i], 0, bytes);
    }
    return true;
}

static int32_t open_object(rill_instance *instance, const rill_session *session, uint32_t kind, uint32_t ordinal) {
    const rill_converter *converter = instance->converter;
    const rill_plugin *table = instance->library->table;
    rill_plugin_place place = {
        .size = sizeof place, .version = RILL_PLUGIN_VERSION, .kind = kind, .ordinal = ordinal,
        .bytes = converter == NULL ? session->format.slot_bytes : converter->tensor_bytes,
        .tensor_width = converter == NULL ? 0 : converter->tensor.width,
        .tensor_height = converter == NULL ? 0 : converter->tensor.height, .format = session->format,
    };
    const int32_t code = table->open(&place, &instance->object);
    return code == 0 ? RILL_OK
        : rill_fail(RILL_UNSUPPORTED, "session: plug-in '%s' refuses %ux%u: answer %d, %s", session->model->name,
                    session->format.width, session->format.height, code, reason(table));
}

static void free_instance(rill_instance *instance) {
    if (instance->converter != NULL) {
        rill_converter_free(instance->converter);
    }
    free(instance->tensors[0]);
    free(instance->tensors[1]);
    pthread_mutex_destroy(&instance->guard);
    free(instance);
}

static int32_t fill(rill_instance *instance, const rill_session *session, uint32_t kind, uint32_t ordinal) {
    const rill_plugin_description *description = &instance->library->description;
    const uint32_t needed = kind == RILL_KIND_CPU ? RILL_PLUGIN_CPU : RILL_PLUGIN_CUDA;
    int32_t code = RILL_OK;
    if ((description->devices & needed) == 0) {
        return rill_fail(RILL_UNSUPPORTED, "session: plug-in '%s' runs on %s alone", session->model->name,
                         needed == RILL_PLUGIN_CPU ? "CUDA" : "the CPU");
    }
    if ((description->flags & RILL_PLUGIN_TENSORS) != 0) {
        code = make_converter(instance, &session->format);
        if (code == RILL_OK && kind == RILL_KIND_CPU && !make_tensors(instance)) {
            code = rill_fail(RILL_NO_MEMORY, "session: no memory for tensors");
        }
    }
    return code == RILL_OK ? open_object(instance, session, kind, ordinal) : code;
}

int32_t rill_instance_open(rill_session *session, uint32_t kind, uint32_t ordinal) {
    rill_instance *instance = calloc(1, sizeof *instance);
    if (instance == NULL) {
        return rill_fail(RILL_NO_MEMORY, "session: no memory");
    }
    instance->library = session->plugin->object;
    pthread_mutex_init(&instance->guard, NULL);
    const int32_t code = fill(instance, session, kind, ordinal);
    if (code != RILL_OK) {
        free_instance(instance);
        return code;
    }
    session->instance = instance;
    return RILL_OK;
}

void rill_instance_close(rill_session *session) {
    rill_instance *instance = session->instance;
    if (instance != NULL) {
        instance->library->table->close(instance->object);
        free_instance(instance);
        session->instance = NULL;
    }
}

static void keep_failure(rill_instance *instance, int32_t answer) {
    pthread_mutex_lock(&instance->guard);
    snprintf(instance->failure, sizeof instance->failure, "plug-in '%s': answer %d, %s", instance->library->model.name, answer,
             reason(instance->library->table));
    pthread_mutex_unlock(&instance->guard);
}

int32_t rill_instance_enqueue(rill_instance *instance, const rill_job *job, uint64_t stream, uint64_t in, uint64_t out) {
    rill_parameters parameters = {
        .size = sizeof parameters, .version = RILL_STRUCT_VERSION, .parameter_version = job->parameter_version,
        .count = instance->library->model.parameter_count,
    };
    memcpy(parameters.values, job->values.given, sizeof parameters.values);
    const int32_t answer = instance->library->table->enqueue(instance->object, stream, in, out, &parameters);
    if (answer != 0 && !instance->is_rehearsing) {
        keep_failure(instance, answer);
    }
    return answer == 0 ? RILL_OK : RILL_KERNEL_FAILED;
}

int32_t rill_instance_run(rill_instance *instance, const rill_job *job) {
    if (instance->converter == NULL) {
        return rill_instance_enqueue(instance, job, 0, (uint64_t) (uintptr_t) job->in, (uint64_t) (uintptr_t) job->out);
    }
    rill_converter_run_in(instance->converter, job->in, instance->tensors[0]);
    const int32_t code = rill_instance_enqueue(instance, job, 0, (uint64_t) (uintptr_t) instance->tensors[0],
                                               (uint64_t) (uintptr_t) instance->tensors[1]);
    if (code == RILL_OK) {
        rill_converter_run_out(instance->converter, instance->tensors[1], job->out);
    }
    return code;
}

int32_t rill_session_failure(uint64_t handle, uint64_t buffer, uint32_t bytes) {
    rill_entry *entry = rill_entry_hold(RILL_SESSION, handle);
    char *text = (char *) (uintptr_t) buffer;
    if (entry == NULL || text == NULL || bytes == 0) {
        if (entry != NULL) {
            rill_entry_exit(entry);
        }
        return rill_fail(entry == NULL ? RILL_BAD_HANDLE : RILL_BAD_ARGUMENT, "session: handle stale, or no place for a text");
    }
    rill_instance *instance = ((rill_session *) entry->object)->instance;
    text[0] = 0;
    if (instance != NULL) {
        pthread_mutex_lock(&instance->guard);
        snprintf(text, bytes, "%s", instance->failure);
        pthread_mutex_unlock(&instance->guard);
    }
    rill_entry_exit(entry);
    return (int32_t) strlen(text);
}
