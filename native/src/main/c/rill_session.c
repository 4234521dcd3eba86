/* Sessions: submission of frames, and the block that tells the host of them. */
#include "rill_instance.h"

#include <stdlib.h>
#include <string.h>

#define CLOSE_STEP_NS 50000

/* ---- the completion block ---- */

void rill_set_state(rill_session *session, int32_t state) {
    __atomic_store_n(&session->block->state, state, __ATOMIC_RELEASE);
}

void rill_record_write(rill_session *session, const rill_job *job, int32_t status, int64_t start_ns) {
    rill_completion *record = &session->block->records[job->ticket & session->mask];
    record->ticket = job->ticket;
    record->status = status;
    record->in = (uint64_t) (uintptr_t) job->in;
    record->out = (uint64_t) (uintptr_t) job->out;
    record->parameter_version = job->parameter_version;
    record->start_ns = start_ns;
    record->end_ns = 0;
}

void rill_job_release_pools(rill_job *job) {
    rill_entry_exit(job->in_pool);
    rill_entry_exit(job->out_pool);
}

static void reap(rill_entry *entry) {
    rill_session *session = entry->object;
    session->device->backend->reap(session);
}

void rill_sessions_reap(void) {
    rill_entries_visit(RILL_SESSION, reap);
}

/* ---- submission ---- */

static rill_entry *enter_slot(rill_session *session, uint64_t handle, uint32_t slot, uint8_t **address) {
    rill_entry *entry = rill_entry_enter(RILL_POOL, handle);
    if (entry == NULL) {
        return NULL;
    }
    const rill_pool *pool = entry->object;
    if (pool->device != session->device_handle || slot >= pool->slots
        || memcmp(&pool->format, &session->format, sizeof pool->format) != 0) {
        rill_entry_exit(entry);
        return NULL;
    }
    *address = pool->memory.base + pool->slot_stride * slot;
    return entry;
}

static int32_t bad_ticket(uint64_t ticket, uint64_t expected) {
    return rill_fail(RILL_BAD_TICKET, "session: ticket %llu, expected %llu", (unsigned long long) ticket,
                     (unsigned long long) expected);
}

static int32_t enqueue(rill_session *session, rill_job *job, uint64_t ticket) {
    const rill_backend *backend = session->device->backend;
    uint64_t expected = atomic_load(&session->submitted);
    if (ticket != expected) {
        return bad_ticket(ticket, expected);
    }
    if (ticket - rill_load_acquire(&session->block->consumed) >= session->window
        || !backend->reserve(session->device)) {
        return RILL_BACK_PRESSURED;
    }
    if (!atomic_compare_exchange_strong(&session->submitted, &expected, ticket + 1)) {
        backend->unreserve(session->device);
        return bad_ticket(ticket, expected);
    }
    rill_job *queued = &session->jobs[ticket & session->mask];
    backend->reap(session); /* Whoever had this place is finished, since its record was consumed. */
    job->ticket = ticket;
    *queued = *job;
    rill_store_release(&session->block->submitted, ticket + 1);
    const int32_t started = backend->start(session, queued);
    if (started != RILL_OK) {
        atomic_store(&session->submitted, ticket);
        rill_store_release(&session->block->submitted, ticket);
    }
    return started;
}

/* Fills `job` and hands it over with the users added for it; on refusal every user is taken back. */
static int32_t submit(rill_session *session, rill_job *job, uint64_t in_pool, uint32_t in_slot, uint64_t out_pool,
                      uint32_t out_slot, uint64_t ticket) {
    uint8_t *in = NULL;
    uint8_t *out = NULL;
    int32_t code = RILL_BAD_SLOT;
    job->in_pool = enter_slot(session, in_pool, in_slot, &in);
    job->out_pool = enter_slot(session, out_pool, out_slot, &out);
    job->in = in;
    job->out = out;
    if (in == NULL || out == NULL || (in == out && !session->model->passes_through)) {
        rill_fail(code, "session: slot %u or %u unknown, of another device or format, or both the same", in_slot,
                  out_slot);
    } else {
        code = enqueue(session, job, ticket);
    }
    if (code != RILL_OK && job->in_pool != NULL) {
        rill_entry_exit(job->in_pool);
    }
    if (code != RILL_OK && job->out_pool != NULL) {
        rill_entry_exit(job->out_pool);
    }
    return code;
}

int32_t rill_submit(uint64_t handle, uint64_t in_pool, uint32_t in_slot, uint64_t out_pool, uint32_t out_slot,
                    uint64_t ticket, uint64_t parameters) {
    rill_entry *entry = rill_entry_enter(RILL_SESSION, handle);
    if (entry == NULL) {
        return rill_entry_peek(RILL_SESSION, handle) != NULL
            ? rill_fail(RILL_CLOSED, "session is closing")
            : rill_fail(RILL_BAD_HANDLE, "session handle %#llx is stale or not a session", (unsigned long long) handle);
    }
    rill_session *session = entry->object;
    const rill_parameters *given = (const rill_parameters *) (uintptr_t) parameters;
    rill_job job = {.session = session};
    int32_t code;
    if (rill_device_is_lost(session->device)) {
        rill_set_state(session, RILL_STATE_LOST);
        code = rill_fail(RILL_DEVICE_LOST, "session: the device is lost");
    } else {
        code = rill_model_prepare(session->model, given, &job.values);
    }
    if (code == RILL_OK) {
        job.parameter_version = given->parameter_version;
        /* An accepted job has a user of its own until it is published, which may be before this call returns. */
        rill_entry_retain(entry);
        code = submit(session, &job, in_pool, in_slot, out_pool, out_slot, ticket);
        if (code != RILL_OK) {
            rill_entry_exit(entry);
        }
    }
    rill_entry_exit(entry);
    return code;
}

/* ---- open and close ---- */

static uint32_t records_for(uint32_t window) {
    uint32_t records = 1;
    while (records < window) {
        records <<= 1;
    }
    return records;
}

static int32_t check_options(const rill_session_options *options) {
    if (options == NULL || options->size < sizeof *options || options->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "session options: missing, or size or version unknown; expected %zu bytes "
                         "version %d", sizeof *options, RILL_STRUCT_VERSION);
    }
    if (options->window < 1 || options->window > RILL_MAX_WINDOW) {
        return rill_fail(RILL_BAD_ARGUMENT, "session: window %u, expected 1 to %d", options->window, RILL_MAX_WINDOW);
    }
    const uint64_t needed = sizeof(rill_completion_block) + records_for(options->window) * sizeof(rill_completion);
    if (options->completion_block == 0 || options->completion_block % RILL_CACHE_LINE != 0
        || options->completion_bytes < needed) {
        return rill_fail(RILL_BAD_ARGUMENT, "session: completion block at %#llx with %llu bytes, expected a multiple "
                         "of 64 and %llu bytes", (unsigned long long) options->completion_block,
                         (unsigned long long) options->completion_bytes, (unsigned long long) needed);
    }
    if (memchr(options->model, 0, sizeof options->model) == NULL) {
        return rill_fail(RILL_BAD_ARGUMENT, "session: model name without end");
    }
    return RILL_OK;
}

/* As a user of the plug-in, if it is one's. */
static int32_t enter_model(const rill_session_options *options, const rill_model **model, rill_entry **plugin) {
    if (options->plugin != 0) {
        *plugin = rill_entry_enter(RILL_PLUGIN, options->plugin);
        *model = *plugin == NULL ? NULL : &((const rill_library *) (*plugin)->object)->model;
    } else {
        *model = rill_model_find(options->model);
    }
    if (*model == NULL) {
        return options->plugin != 0
            ? rill_fail(RILL_BAD_HANDLE, "session: plug-in handle %#llx is stale or not a plug-in",
                        (unsigned long long) options->plugin)
            : rill_fail(RILL_UNSUPPORTED, "session: unknown model '%s'", options->model);
    }
    if ((*model)->parameter_count != options->parameter_count) {
        return rill_fail(RILL_BAD_PARAMETER, "session: model '%s' takes %u parameters, the caller believes %u",
                         (*model)->name, (*model)->parameter_count, options->parameter_count);
    }
    return RILL_OK;
}

/* Gives up the users that a session has, and its memory. */
static void free_session(rill_session *session) {
    if (session->plugin != NULL) {
        rill_entry_exit(session->plugin);
    }
    if (session->device_entry != NULL) {
        rill_entry_exit(session->device_entry);
    }
    pthread_mutex_destroy(&session->publishing);
    free(session->jobs);
    free(session);
}

static rill_session *new_session(const rill_session_options *options, const rill_format *format) {
    rill_session *session = calloc(1, sizeof *session);
    const uint32_t records = records_for(options->window);
    rill_job *jobs = calloc(records, sizeof *jobs);
    if (session == NULL || jobs == NULL) {
        free(session);
        free(jobs);
        return NULL;
    }
    session->jobs = jobs;
    session->mask = records - 1;
    session->window = options->window;
    session->format = *format;
    session->block = (rill_completion_block *) (uintptr_t) options->completion_block;
    pthread_mutex_init(&session->publishing, NULL);
    return session;
}

static int32_t attach(rill_session *session, const rill_session_options *options, uint64_t device) {
    int32_t code = enter_model(options, &session->model, &session->plugin);
    if (code != RILL_OK) {
        return code;
    }
    session->device_entry = rill_entry_enter(RILL_DEVICE, device);
    if (session->device_entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "session: device handle %#llx is stale or not a device",
                         (unsigned long long) device);
    }
    session->device_handle = device;
    session->device = session->device_entry->object;
    return session->device->backend->attach(session);
}

static int32_t insert(rill_session *session, uint64_t *result) {
    const uint64_t handle = rill_entry_insert(RILL_SESSION, session);
    if (handle == 0) {
        session->device->backend->detach(session);
        return rill_fail(RILL_NO_MEMORY, "session: too many sessions are open");
    }
    session->entry = rill_entry_peek(RILL_SESSION, handle);
    rill_set_state(session, RILL_STATE_OPEN);
    *result = handle;
    return RILL_OK;
}

int32_t rill_session_open(uint64_t device, uint64_t options, uint64_t handle) {
    const rill_session_options *wanted = (const rill_session_options *) (uintptr_t) options;
    rill_format format;
    int32_t code = handle == 0 ? rill_fail(RILL_BAD_ARGUMENT, "session: no place for the handle") : check_options(wanted);
    code = code == RILL_OK ? rill_format_check(&wanted->format, &format) : code;
    if (code != RILL_OK) {
        return code;
    }
    rill_session *session = new_session(wanted, &format);
    if (session == NULL) {
        return rill_fail(RILL_NO_MEMORY, "session: no memory");
    }
    code = attach(session, wanted, device);
    code = code == RILL_OK ? insert(session, (uint64_t *) (uintptr_t) handle) : code;
    if (code != RILL_OK) {
        free_session(session);
    }
    return code;
}

int32_t rill_session_check(uint64_t handle) {
    rill_entry *entry = rill_entry_enter(RILL_SESSION, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "session handle %#llx is stale or not a session", (unsigned long long) handle);
    }
    rill_session *session = entry->object;
    const int32_t code = session->device->backend->check(session);
    rill_entry_exit(entry);
    return code;
}

int32_t rill_session_times(uint64_t handle, uint64_t times) {
    rill_entry *entry = rill_entry_hold(RILL_SESSION, handle);
    rill_times *filled = (rill_times *) (uintptr_t) times;
    int32_t code = RILL_OK;
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "session handle %#llx is stale or not a session", (unsigned long long) handle);
    }
    if (filled == NULL || filled->size < sizeof *filled || filled->version != RILL_STRUCT_VERSION) {
        code = rill_fail(RILL_BAD_ARGUMENT, "times: missing, or size or version unknown");
    } else {
        rill_session *session = entry->object;
        session->device->backend->reap(session); /* What has been measured since. */
        pthread_mutex_lock(&session->publishing);
        filled->frames = session->times.frames;
        filled->copy_in_ns = session->times.copy_in_ns;
        filled->model_ns = session->times.model_ns;
        filled->copy_out_ns = session->times.copy_out_ns;
        pthread_mutex_unlock(&session->publishing);
    }
    rill_entry_exit(entry);
    return code;
}

/* As a user for the moment, because somebody else may close it too. */
static bool reap_shut(uint64_t handle) {
    rill_entry *entry = rill_entry_hold(RILL_SESSION, handle);
    if (entry == NULL) {
        return false;
    }
    rill_session *session = entry->object;
    rill_set_state(session, RILL_STATE_CLOSING);
    rill_entry_shut(entry);
    session->device->backend->reap(session);
    session->device->backend->check(session);
    rill_entry_exit(entry);
    return true;
}

int32_t rill_session_close(uint64_t handle, uint64_t timeout_ns) {
    const int64_t now_ns = rill_now_ns();
    const int64_t deadline_ns = timeout_ns > (uint64_t) (INT64_MAX - now_ns) ? INT64_MAX : now_ns + (int64_t) timeout_ns;
    if (!reap_shut(handle)) {
        return rill_fail(RILL_BAD_HANDLE, "session handle %#llx is stale or not a session", (unsigned long long) handle);
    }
    rill_entry *entry = rill_entry_peek(RILL_SESSION, handle);
    rill_session *session = entry == NULL ? NULL : rill_entry_remove(entry, handle, false);
    while (session == NULL && rill_now_ns() < deadline_ns && reap_shut(handle)) {
        session = rill_entry_remove(entry, handle, false);
        if (session == NULL) {
            rill_sleep_ns(CLOSE_STEP_NS);
        }
    }
    if (session == NULL) {
        return rill_entry_peek(RILL_SESSION, handle) == NULL ? RILL_OK
            : rill_fail(RILL_TIMEOUT, "session: frames are still running");
    }
    session->device->backend->detach(session);
    free_session(session);
    return RILL_OK;
}
