/* The CPU device: runs frames on its workers and publishes them in ticket order. */
#define _GNU_SOURCE
#include "rill_instance.h"
#include "rill_workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct rill_cpu {
    rill_device device;
    rill_workers workers;
} rill_cpu;

/* What a session keeps of the frame before. */
typedef struct rill_cpu_state {
    bool is_set;
    _Alignas(RILL_CACHE_LINE) uint8_t result[];
} rill_cpu_state;

/* ---- device list ---- */

static uint32_t simd_capabilities(void) {
    uint32_t capabilities = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        capabilities |= RILL_CAPABILITY_AVX2;
    }
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
        capabilities |= RILL_CAPABILITY_AVX512;
    }
#endif
    return capabilities;
}

void rill_cpu_describe(rill_device_info *info) {
    const uint32_t simd = simd_capabilities();
    const char *best = simd & RILL_CAPABILITY_AVX512 ? "AVX-512" : simd & RILL_CAPABILITY_AVX2 ? "AVX2" : "baseline";
    info->kind = RILL_KIND_CPU;
    info->usable = 1;
    info->capabilities = RILL_CAPABILITY_I420 | RILL_CAPABILITY_NV12 | simd;
    snprintf(info->name, sizeof info->name, "cpu");
    snprintf(info->description, sizeof info->description, "native kernels, %s, %ld processors", best,
             sysconf(_SC_NPROCESSORS_ONLN));
    info->refusal[0] = 0;
}

/* ---- execution ---- */

static void await_fault(rill_device *device) {
    const int64_t delay_ns = atomic_load(&device->fault_delay_ns);
    if (delay_ns > 0) {
        rill_sleep_ns(delay_ns);
    }
}

static int32_t run_model(rill_session *session, rill_job *job) {
    const int32_t fault = atomic_load(&session->device->fault_status);
    if (fault == RILL_OK && session->instance != NULL) {
        return rill_instance_run(session->instance, job);
    }
    if (fault == RILL_OK && job->in != job->out) {
        rill_cpu_state *state = session->backend_data;
        if (state != NULL && !state->is_set) {
            state->is_set = true;
            rill_kernel_identity(&session->format, job->in, state->result, NULL, NULL);
        }
        session->model->kernel(&session->format, job->in, job->out, job->values.prepared,
                               state == NULL ? NULL : state->result);
    }
    return fault;
}

/*
 * A record is used again only after it was published and consumed, so a set flag belongs to this round. Returns the next
 * frame of a model that runs in order, which waits for this one.
 */
static rill_job *publish(rill_session *session, const rill_job *job) {
    rill_job *next = NULL;
    const rill_completion *record = &session->block->records[job->ticket & session->mask];
    pthread_mutex_lock(&session->publishing);
    if (record->status == RILL_OK) {
        session->times.frames++;
        session->times.model_ns += (uint64_t) (record->end_ns - record->start_ns);
    }
    session->done[job->ticket & session->mask] = true;
    const uint64_t before = session->completed;
    while (session->done[session->completed & session->mask]) {
        session->done[session->completed & session->mask] = false;
        session->completed++;
    }
    if (session->completed != before) {
        rill_store_release(&session->block->completed, session->completed);
    }
    if (session->model->runs_in_order && session->started > session->completed) {
        next = &session->jobs[session->completed & session->mask];
    }
    pthread_mutex_unlock(&session->publishing);
    return next;
}

/* Runs one job and publishes it; returns the one that waits for it. */
static rill_job *run_one(rill_job *job) {
    rill_session *session = job->session;
    rill_entry *entry = session->entry;
    const int64_t start_ns = rill_now_ns();
    await_fault(session->device);
    const int32_t status = rill_entry_is_open(entry) ? run_model(session, job) : RILL_CANCELLED;
    rill_record_write(session, job, status, start_ns);
    session->block->records[job->ticket & session->mask].end_ns = rill_now_ns();
    /* Before publication: the host may close a pool as soon as it sees the completion. */
    rill_job_release_pools(job);
    rill_job *next = publish(session, job);
    rill_entry_exit(entry);
    return next;
}

static void run_job(rill_job *job) {
    while (job != NULL) {
        job = run_one(job);
    }
}

/* Whether a job of a model that runs in order may run at once; otherwise the one before it goes on with it. */
static bool is_next(rill_session *session, const rill_job *job) {
    pthread_mutex_lock(&session->publishing);
    session->started = job->ticket + 1;
    const bool next = session->completed == job->ticket;
    pthread_mutex_unlock(&session->publishing);
    return next;
}

/* ---- submission ---- */

/* A frame that is its own result, with nobody before it, is not worth waking a worker. */
static bool may_finish_now(rill_session *session, const rill_job *job, uint64_t ticket) {
    if (job->in != job->out || atomic_load(&session->device->fault_delay_ns) > 0) {
        return false;
    }
    pthread_mutex_lock(&session->publishing);
    const bool is_next = session->completed == ticket;
    pthread_mutex_unlock(&session->publishing);
    return is_next;
}

static bool cpu_reserve(rill_device *device) {
    return rill_queue_reserve(&((rill_cpu *) device)->workers.queue);
}

static void cpu_unreserve(rill_device *device) {
    rill_queue_unreserve(&((rill_cpu *) device)->workers.queue);
}

static int32_t cpu_start(rill_session *session, rill_job *job) {
    rill_cpu *cpu = (rill_cpu *) session->device;
    if (may_finish_now(session, job, job->ticket)) {
        rill_queue_unreserve(&cpu->workers.queue);
        run_job(job);
        return RILL_OK;
    }
    if (session->model->runs_in_order && !is_next(session, job)) {
        rill_queue_unreserve(&cpu->workers.queue);
        return RILL_OK;
    }
    rill_workers_push(&cpu->workers, job);
    return RILL_OK;
}

/* ---- open and close ---- */

static int32_t cpu_attach(rill_session *session) {
    if (session->plugin != NULL) {
        return rill_instance_open(session, RILL_KIND_CPU, 0);
    }
    if (session->model->has_state) {
        rill_cpu_state *state = aligned_alloc(RILL_CACHE_LINE, sizeof *state + session->format.slot_bytes);
        if (state == NULL) {
            return rill_fail(RILL_NO_MEMORY, "session: no memory for the frame before");
        }
        state->is_set = false;
        session->backend_data = state;
    }
    return RILL_OK;
}

static void cpu_detach(rill_session *session) {
    rill_instance_close(session);
    free(session->backend_data);
}

static void cpu_reap(rill_session *session) {
    (void) session;
}

static int32_t cpu_check(rill_session *session) {
    (void) session;
    return RILL_OK;
}

static int32_t cpu_copy(rill_device *device, rill_pool *pool, uint64_t bytes, uint32_t rounds, uint32_t directions,
                        int64_t *ns) {
    (void) device, (void) directions;
    const int64_t begin_ns = rill_now_ns();
    for (uint32_t i = 0; i < rounds; i++) {
        memcpy(pool->memory.base + pool->slot_stride, pool->memory.base, bytes);
    }
    *ns = rill_now_ns() - begin_ns;
    return RILL_OK;
}

static int32_t cpu_stop(rill_device *device, uint64_t timeout_ns) {
    rill_cpu *cpu = (rill_cpu *) device;
    const int32_t stopped = rill_workers_stop(&cpu->workers, timeout_ns);
    if (stopped == RILL_OK) {
        free(cpu);
    }
    return stopped;
}

static const rill_backend backend = {
    .attach = cpu_attach, .detach = cpu_detach, .reserve = cpu_reserve,
    .unreserve = cpu_unreserve, .start = cpu_start, .reap = cpu_reap, .check = cpu_check, .copy = cpu_copy, .stop = cpu_stop,
};

rill_device *rill_cpu_open(uint32_t threads) {
    rill_cpu *cpu = aligned_alloc(RILL_CACHE_LINE, (sizeof *cpu + RILL_CACHE_LINE - 1) & ~(RILL_CACHE_LINE - 1ul));
    if (cpu == NULL) {
        rill_fail(RILL_NO_MEMORY, "device: no memory");
        return NULL;
    }
    memset(cpu, 0, sizeof *cpu);
    cpu->device.backend = &backend;
    if (rill_workers_start(&cpu->workers, threads, run_job) != RILL_OK) {
        free(cpu);
        return NULL;
    }
    return &cpu->device;
}
