/*
 * Times of frames on a CUDA device: now and then one has events with time stamps around its copies and its model. They are read
 * when somebody looks behind its completion, so that nobody ever waits for them.
 */
#include "rill_cuda.h"

#define NS_PER_MS 1e6

static const uint32_t stream_of[SPANS] = {STREAM_IN, STREAM_COMPUTE, STREAM_OUT};

int32_t rill_cuda_times_open(rill_session *session) {
    const rill_driver *driver = ((const rill_cuda *) session->device)->driver;
    rill_cuda_session *own = session->backend_data;
    cu_result code = CU_SUCCESS;
    for (uint32_t i = 0; i < 2 * SPANS && code == CU_SUCCESS; i++) {
        code = driver->event_create(&own->spans[i / 2][i % 2], CU_EVENT_TIMING);
    }
    return code == CU_SUCCESS ? RILL_OK : rill_cuda_failed("session: cuEventCreate", code, RILL_NO_MEMORY);
}

void rill_cuda_times_close(rill_session *session) {
    const rill_driver *driver = ((const rill_cuda *) session->device)->driver;
    const rill_cuda_session *own = session->backend_data;
    for (uint32_t i = 0; i < 2 * SPANS; i++) {
        if (own->spans[i / 2][i % 2] != NULL) {
            driver->event_destroy(own->spans[i / 2][i % 2]);
        }
    }
}

bool rill_cuda_is_sampled(const rill_session *session, uint64_t ticket) {
    const rill_cuda_session *own = session->backend_data;
    return ticket % RILL_CUDA_SAMPLE == RILL_CUDA_SAMPLE / 2 && own->sampled == 0;
}

cu_result rill_cuda_stamp(rill_session *session, bool is_sampled, uint32_t span, uint32_t end) {
    const rill_driver *driver = ((const rill_cuda *) session->device)->driver;
    const rill_cuda_session *own = session->backend_data;
    return is_sampled ? driver->event_record(own->spans[span][end], own->streams[stream_of[span]]) : CU_SUCCESS;
}

/* A sample that cannot be read is left out. */
void rill_cuda_times_take(rill_session *session, uint64_t completed) {
    const rill_cuda *cuda = (const rill_cuda *) session->device;
    rill_cuda_session *own = session->backend_data;
    float took[SPANS] = {0};
    cu_result code = CU_SUCCESS;
    if (own->sampled == 0 || completed < own->sampled) {
        return;
    }
    rill_cuda_enter(cuda);
    for (uint32_t i = 0; i < SPANS && code == CU_SUCCESS; i++) {
        code = cuda->driver->event_elapsed(&took[i], own->spans[i][0], own->spans[i][1]);
    }
    own->sampled = 0;
    if (code == CU_SUCCESS) {
        session->times.frames++;
        session->times.copy_in_ns += (uint64_t) (took[SPAN_COPY_IN] * NS_PER_MS);
        session->times.model_ns += (uint64_t) (took[SPAN_MODEL] * NS_PER_MS);
        session->times.copy_out_ns += (uint64_t) (took[SPAN_COPY_OUT] * NS_PER_MS);
    }
}
