/*
 * CUDA devices. A frame is copied in, worked on and copied out on three streams that events join, and the
 * device itself raises the host's counter behind the last copy: submitting costs the calls below, completing none.
 *
 *     copy in ─▶ record ─▶ (compute waits) ─▶ launch ─▶ record ─▶ (out waits) ─▶ copy out ─▶ write the counter
 *
 * All device memory of a session is allocated when it opens. An error of a kernel is for ever in CUDA: the context is
 * dead then, and with it the device.
 */
#include "rill_cuda.h"

#include <string.h>

#define SETTLE_NS 1000000000

/* Waits until no stream of a session touches memory any more; false if one does after a moment: a lost device may hang. */
static bool settle(const rill_cuda *cuda, const rill_cuda_session *own) {
    const int64_t deadline_ns = rill_now_ns() + SETTLE_NS;
    for (uint32_t i = 0; i < STREAMS; i++) {
        while (cuda->driver->stream_query(own->streams[i]) == CU_NOT_READY) {
            if (rill_now_ns() > deadline_ns) {
                return false;
            }
            rill_sleep_ns(RILL_CUDA_STEP_NS);
        }
    }
    return true;
}

static void sleep_on_stream(void *ns) {
    rill_sleep_ns((int64_t) (intptr_t) ns);
}

/* The result of the frame before lies in its place of the window still, since frames run in order on their stream. */
static cu_pointer result_before(const rill_session *session, const rill_cuda_session *own, uint64_t ticket) {
    const uint64_t record = (ticket - 1) & session->mask;
    return ticket == 0 ? 0 : own->memory + (2 * record + 1) * own->slot_stride;
}

static cu_result launch(rill_cuda *cuda, rill_session *session, const rill_job *job, cu_pointer in, cu_pointer out) {
    rill_cuda_session *own = session->backend_data;
    rill_kernel_args args = own->args;
    void *parameters[] = {&args};
    args.in = in;
    args.out = out;
    args.before = result_before(session, own, job->ticket);
    memcpy(args.prepared, job->values.prepared, sizeof args.prepared);
    return cuda->driver->launch(own->kernel, own->grid_x, own->grid_y, 1, RILL_CUDA_BLOCK_X, RILL_CUDA_BLOCK_Y, 1, 0,
                                own->streams[STREAM_COMPUTE], parameters, NULL);
}

static cu_result work(rill_cuda *cuda, rill_session *session, const rill_job *job, cu_pointer in, cu_pointer out,
                      int32_t *status) {
    return session->plugin == NULL ? launch(cuda, session, job, in, out)
        : rill_cuda_plugin_enqueue(session, job, in, out, status);
}

/* Runs the model and copies its result back, unless the frame has a status already or gets one by that. */
static cu_result copy_and_work(rill_cuda *cuda, rill_session *session, rill_job *job, int32_t *status) {
    const rill_driver *driver = cuda->driver;
    rill_cuda_session *own = session->backend_data;
    const uint64_t record = job->ticket & session->mask;
    const cu_pointer in = own->memory + 2 * record * own->slot_stride;
    const cu_pointer out = in + own->slot_stride;
    cu_event *copied = &own->events[2 * record];
    cu_event *worked = copied + 1;
    bool runs = *status == RILL_OK && job->in != job->out;
    const int64_t delay_ns = atomic_load(&session->device->fault_delay_ns);
    const bool is_sampled = runs && rill_cuda_is_sampled(session, job->ticket);
    cu_result code = rill_cuda_stamp(session, is_sampled, SPAN_COPY_IN, 0);
    code = code ? code : driver->copy_in(in + own->first_byte, job->in + own->first_byte, own->used_bytes,
                                         own->streams[STREAM_IN]);
    code = code ? code : rill_cuda_stamp(session, is_sampled, SPAN_COPY_IN, 1);
    code = code ? code : driver->event_record(*copied, own->streams[STREAM_IN]);
    code = code ? code : driver->stream_wait(own->streams[STREAM_COMPUTE], *copied, 0);
    if (delay_ns > 0) {
        code = code ? code : driver->host_function(own->streams[STREAM_COMPUTE], sleep_on_stream,
                                                   (void *) (intptr_t) delay_ns);
    }
    code = code ? code : rill_cuda_stamp(session, is_sampled, SPAN_MODEL, 0);
    code = code || !runs ? code : work(cuda, session, job, in, out, status);
    code = code ? code : rill_cuda_stamp(session, is_sampled, SPAN_MODEL, 1);
    code = code ? code : driver->event_record(*worked, own->streams[STREAM_COMPUTE]);
    code = code ? code : driver->stream_wait(own->streams[STREAM_OUT], *worked, 0);
    runs = runs && *status == RILL_OK;
    code = code ? code : rill_cuda_stamp(session, is_sampled, SPAN_COPY_OUT, 0);
    code = code || !runs ? code : driver->copy_out(job->out + own->first_byte, out + own->first_byte, own->used_bytes,
                                                   own->streams[STREAM_OUT]);
    code = code ? code : rill_cuda_stamp(session, is_sampled, SPAN_COPY_OUT, 1);
    if (is_sampled && runs && code == CU_SUCCESS) {
        own->sampled = job->ticket + 1; /* Not complete before this thread tells the device to say so. */
    }
    return code;
}

static cu_result tell_host(rill_cuda *cuda, rill_cuda_session *own, uint64_t completed) {
    if (cuda->complete == NULL) {
        return cuda->driver->stream_write(own->streams[STREAM_OUT], own->completed, completed, CU_WRITE_VALUE_DEFAULT);
    }
    cu_pointer counter = own->completed;
    void *parameters[] = {&counter, &completed};
    return cuda->driver->launch(cuda->complete, 1, 1, 1, 1, 1, 1, 0, own->streams[STREAM_OUT], parameters, NULL);
}

static void lose(rill_device *device) {
    atomic_store(&device->fault_status, RILL_DEVICE_LOST);
}

/* The device raises the counter as it gets there; users of what it has passed are given up when somebody looks. */
void rill_cuda_reap(rill_session *session) {
    pthread_mutex_lock(&session->publishing);
    const uint64_t completed = rill_load_acquire(&session->block->completed);
    while (session->completed < completed) {
        rill_job_release_pools(&session->jobs[session->completed & session->mask]);
        session->completed++;
        rill_entry_exit(session->entry);
    }
    rill_cuda_times_take(session, completed);
    pthread_mutex_unlock(&session->publishing);
}

/* Only what the device has got in full may be completed in its place: the rest is refused by whoever submits it. */
static void note_started(rill_session *session, uint64_t tickets) {
    pthread_mutex_lock(&session->publishing);
    session->started = tickets;
    pthread_mutex_unlock(&session->publishing);
}

/* A frame that is its own result is told in its turn, and costs nothing else. */
int32_t rill_cuda_start(rill_session *session, rill_job *job) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    int32_t status = atomic_load(&session->device->fault_status);
    cu_result code = CU_SUCCESS;
    rill_cuda_enter(cuda);
    rill_record_write(session, job, status, rill_now_ns());
    if (job->in != job->out || atomic_load(&session->device->fault_delay_ns) > 0) {
        code = copy_and_work(cuda, session, job, &status);
        session->block->records[job->ticket & session->mask].status = status;
    }
    code = code ? code : tell_host(cuda, session->backend_data, job->ticket + 1);
    if (code == CU_SUCCESS) {
        note_started(session, job->ticket + 1);
        return RILL_OK;
    }
    lose(session->device);
    rill_set_state(session, RILL_STATE_LOST);
    if (!settle(cuda, session->backend_data)) {
        /* A part of the frame is under way: its slots stay with the session, which completes it once that has ended. */
        note_started(session, job->ticket + 1);
        return RILL_OK;
    }
    return rill_cuda_failed("session: the device is lost", code, RILL_DEVICE_LOST);
}

/* Behind a sticky error the counter never advances again: what is outstanding is completed here. */
static void complete_lost(rill_session *session) {
    pthread_mutex_lock(&session->publishing);
    const uint64_t completed = rill_load_acquire(&session->block->completed);
    for (uint64_t ticket = completed; ticket < session->started; ticket++) {
        session->block->records[ticket & session->mask].status = RILL_DEVICE_LOST;
    }
    if (completed < session->started) {
        rill_store_release(&session->block->completed, session->started);
    }
    pthread_mutex_unlock(&session->publishing);
    rill_cuda_reap(session);
}

int32_t rill_cuda_check(rill_session *session) {
    rill_cuda *cuda = (rill_cuda *) session->device;
    rill_cuda_enter(cuda);
    const rill_cuda_session *own = session->backend_data;
    const cu_result code = cuda->driver->stream_query(own->streams[STREAM_OUT]);
    if (code == CU_NOT_READY || (code == CU_SUCCESS && !rill_device_is_lost(session->device))) {
        return RILL_OK;
    }
    lose(session->device);
    rill_set_state(session, RILL_STATE_LOST);
    complete_lost(session);
    return rill_cuda_failed("session: the device is lost", code, RILL_DEVICE_LOST);
}
