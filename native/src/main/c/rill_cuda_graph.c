/*
 * Graphs: the work that a plug-in and its conversions put on a stream, captured once for each place of the window and
 * launched as one call from then on. Parameters are part of what is captured, so a frame whose values are new goes step by
 * step, and the second one in a row with the same values captures them. What cannot be captured never is: the session
 * goes on step by step.
 */
#include "rill_cuda.h"

#include <stdlib.h>
#include <string.h>

static bool is_same(const rill_values *one, const rill_values *other) {
    return memcmp(one, other, sizeof *one) == 0;
}

static void destroy(const rill_driver *driver, rill_cuda_graph *graph) {
    if (graph->work != NULL) {
        driver->work_destroy(graph->work);
        graph->work = NULL;
    }
}

/* Nothing more is captured for these frames. */
static void give_up(const rill_driver *driver, rill_cuda_plugin *plugin) {
    driver->stream_destroy(plugin->capturing);
    plugin->capturing = NULL;
}

/* On a stream of the session's own: those of the device carry frames of others, which would be captured as well. */
static cu_result capture(rill_session *session, const rill_job *job, rill_cuda_steps steps, cu_pointer in, cu_pointer out,
                         rill_cuda_graph *graph) {
    const rill_cuda *cuda = (const rill_cuda *) session->device;
    const rill_driver *driver = cuda->driver;
    const cu_stream stream = ((rill_cuda_session *) session->backend_data)->plugin->capturing;
    cu_graph captured = NULL;
    int32_t status = RILL_OK;
    cu_result code = driver->capture_begin(stream, CU_CAPTURE_OF_THREAD);
    if (code != CU_SUCCESS) {
        return code;
    }
    session->instance->is_rehearsing = true;
    const cu_result stepped = steps(session, job, stream, in, out, &status);
    session->instance->is_rehearsing = false;
    code = driver->capture_end(stream, &captured);
    code = code ? code : stepped;
    if (code == CU_SUCCESS && status == RILL_OK && captured != NULL) {
        code = driver->graph_instantiate(&graph->work, captured, 0);
        graph->values = job->values;
    }
    if (captured != NULL) {
        driver->graph_destroy(captured);
    }
    return code;
}

cu_work rill_cuda_graph_of(rill_session *session, const rill_job *job, rill_cuda_steps steps, cu_pointer in,
                           cu_pointer out) {
    const rill_cuda *cuda = (const rill_cuda *) session->device;
    rill_cuda_plugin *plugin = ((rill_cuda_session *) session->backend_data)->plugin;
    if (plugin->capturing == NULL) {
        return NULL;
    }
    rill_cuda_graph *graph = &plugin->graphs[job->ticket & session->mask];
    const bool is_steady = plugin->has_latest && is_same(&plugin->latest, &job->values);
    plugin->latest = job->values;
    plugin->has_latest = true;
    if (graph->work != NULL && is_same(&graph->values, &job->values)) {
        return graph->work;
    }
    if (!is_steady) {
        return NULL;
    }
    /* Whoever had this place is finished, and so is its work. */
    destroy(cuda->driver, graph);
    if (capture(session, job, steps, in, out, graph) != CU_SUCCESS || graph->work == NULL) {
        destroy(cuda->driver, graph);
        give_up(cuda->driver, plugin);
    }
    return graph->work;
}

void rill_cuda_graphs_close(rill_session *session) {
    const rill_driver *driver = ((const rill_cuda *) session->device)->driver;
    rill_cuda_plugin *plugin = ((rill_cuda_session *) session->backend_data)->plugin;
    for (uint32_t i = 0; plugin->graphs != NULL && i <= session->mask; i++) {
        destroy(driver, &plugin->graphs[i]);
    }
    if (plugin->capturing != NULL) {
        give_up(driver, plugin);
    }
    free(plugin->graphs);
    plugin->graphs = NULL;
}

int32_t rill_cuda_graphs_open(rill_session *session) {
    const rill_cuda *cuda = (const rill_cuda *) session->device;
    rill_cuda_plugin *plugin = ((rill_cuda_session *) session->backend_data)->plugin;
    if ((session->instance->library->description.flags & RILL_PLUGIN_CAPTURABLE) == 0) {
        return RILL_OK;
    }
    plugin->graphs = calloc(session->mask + 1ull, sizeof *plugin->graphs);
    const cu_result code = plugin->graphs == NULL ? CU_SUCCESS
        : cuda->driver->stream_create(&plugin->capturing, CU_STREAM_NON_BLOCKING);
    return plugin->graphs != NULL && code == CU_SUCCESS ? RILL_OK
        : rill_cuda_failed("session: cuStreamCreate", code, RILL_NO_MEMORY);
}
