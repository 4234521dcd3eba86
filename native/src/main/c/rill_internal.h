/* What the library's files share: errors, handle tables, the job queue, objects, models. */
#ifndef RILL_INTERNAL_H
#define RILL_INTERNAL_H

#include "rill.h"
#include "rill_memory.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define RILL_CACHE_LINE 64

/* ---- errors (rill_error.c) ---- */

/* Keeps the text for rill_last_error and returns the code. */
int32_t rill_fail(int32_t code, const char *text, ...) __attribute__((format(printf, 2, 3)));

/* ---- time (rill_error.c) ---- */

int64_t rill_now_ns(void);
void rill_sleep_ns(int64_t ns);

/* ---- handles (rill_handle.c) ---- */

enum rill_kind {
    RILL_DEVICE, RILL_POOL, RILL_SESSION, RILL_REGION, RILL_LINK, RILL_CONVERTER, RILL_PLUGIN, RILL_KINDS
};

/*
 * One place in a handle table. state = generation (32) | open (1) | shut (1) | users (30). Users are calls and jobs that rely on
 * the object; it is freed by whoever moves the generation on, which needs a closed entry without users.
 */
typedef struct rill_entry {
    _Alignas(RILL_CACHE_LINE) _Atomic uint64_t state;
    void *object;
} rill_entry;

/* Makes an open entry; returns its handle, or 0 when the table is full. */
uint64_t rill_entry_insert(enum rill_kind kind, void *object);
/* Adds a user; NULL if the handle is stale, of another kind, or closed. */
rill_entry *rill_entry_enter(enum rill_kind kind, uint64_t handle);
/* As enter, for closed entries too. */
rill_entry *rill_entry_hold(enum rill_kind kind, uint64_t handle);
/* Adds a user on behalf of one who is one already. */
void rill_entry_retain(rill_entry *entry);
void rill_entry_exit(rill_entry *entry);
bool rill_entry_is_open(rill_entry *entry);
/* Refuses new users from now on. */
void rill_entry_shut(rill_entry *entry);
/* The entry of a handle that is open or shut, not yet removed; no user is added. */
rill_entry *rill_entry_peek(enum rill_kind kind, uint64_t handle);
/* Calls for every entry that is open or shut, as a user of it. */
void rill_entries_visit(enum rill_kind kind, void (*visit)(rill_entry *entry));
/* Ends the handle if nobody uses it; only the one caller who gets the object may free it. */
void *rill_entry_remove(rill_entry *entry, uint64_t handle, bool also_open);

/* ---- job queue (rill_queue.c): many producers, many consumers, never blocks ---- */

#define RILL_QUEUE_CAPACITY 4096

struct rill_job;

typedef struct rill_queue_cell {
    _Atomic uint64_t sequence;
    struct rill_job *job;
} rill_queue_cell;

typedef struct rill_queue {
    _Alignas(RILL_CACHE_LINE) _Atomic uint64_t tail;
    _Alignas(RILL_CACHE_LINE) _Atomic uint64_t head;
    _Alignas(RILL_CACHE_LINE) _Atomic uint64_t reserved;
    rill_queue_cell cells[RILL_QUEUE_CAPACITY];
} rill_queue;

void rill_queue_init(rill_queue *queue);
/* Claims room for one push; false when full. */
bool rill_queue_reserve(rill_queue *queue);
void rill_queue_unreserve(rill_queue *queue);
/* Needs a reservation. */
void rill_queue_push(rill_queue *queue, struct rill_job *job);
/* NULL when empty, or when the oldest push is not finished. */
struct rill_job *rill_queue_pop(rill_queue *queue);
/* At this moment; pushes that are not finished count. */
bool rill_queue_is_empty(rill_queue *queue);

/* ---- models (rill_models.c) and kernels (rill_kernels.c, rill_rows.c) ---- */

/* `state` is the result of the frame before, of models that have one; the kernel leaves its own there. */
typedef void (*rill_kernel)(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                            uint8_t *state);

/* Parameters of one frame: integers for kernels, as they are for plug-ins. */
typedef union rill_values {
    double given[RILL_MAX_PARAMETERS];
    int32_t prepared[RILL_MAX_PARAMETERS];
} rill_values;

typedef struct rill_range {
    const char *name;
    double minimum;
    double maximum;
    double scale; /* the kernel gets floor(value * scale + 0.5) */
} rill_range;

typedef struct rill_model {
    const char *name;
    rill_kernel kernel;  /* NULL for plug-ins */
    bool passes_through; /* results equal inputs: a frame may be its own result */
    bool has_state;      /* each frame builds on the result of the one before it */
    bool runs_in_order;  /* one frame of a session at a time */
    uint32_t parameter_count;
    rill_range parameters[RILL_MAX_PARAMETERS];
} rill_model;

const rill_model *rill_model_find(const char *name);
/* Checks the values and turns them into what the model takes; a negative code names the parameter. */
int32_t rill_model_prepare(const rill_model *model, const rill_parameters *parameters, rill_values *values);

void rill_kernel_identity(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state);
void rill_kernel_invert(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state);
void rill_kernel_tint(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state);
/* Largest radius of the model blur, in luma samples. */
#define RILL_MAX_BLUR 32

void rill_kernel_blur(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state);
void rill_kernel_blend(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state);
void rill_kernel_edge(const rill_format *format, const uint8_t *in, uint8_t *out, const int32_t *prepared,
                       uint8_t *state);

/* Rows: n bytes, or n pairs; in and out never overlap. */
void row_invert_luma(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n);
void row_invert_chroma(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n);
void row_tint(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n, int32_t target, int32_t strength);
void row_tint_pairs(uint8_t *restrict out, const uint8_t *restrict in, uint32_t n, int32_t u, int32_t v,
                         int32_t strength);
void row_edge(uint8_t *restrict out, const uint8_t *restrict above, const uint8_t *restrict row,
                   const uint8_t *restrict below, uint32_t n, int32_t gain);

void row_blend(uint8_t *restrict out, const uint8_t *restrict in, const uint8_t *restrict before, uint32_t n,
               int32_t share);
/* Adds, or takes away, one row of a column's window. */
void row_add(uint32_t *restrict sums, const uint8_t *restrict row, uint32_t n);
void row_subtract(uint32_t *restrict sums, const uint8_t *restrict row, uint32_t n);

/* ---- objects ---- */

/* Checks a caller's format and makes a copy without stray bits, so that two can be compared as memory. */
int32_t rill_format_check(const rill_format *given, rill_format *checked);

typedef struct rill_device rill_device;
typedef struct rill_pool rill_pool;
typedef struct rill_session rill_session;
typedef struct rill_job rill_job;

/* What kinds of devices do differently. Text of failures goes to rill_fail. */
typedef struct rill_backend {
    /* Makes the memory of a pool known to the device, which pools may outlive; backend_data is set. NULL: no need. */
    int32_t (*pin)(rill_device *device, rill_pool *pool);
    void (*unpin)(rill_pool *pool);
    /* What a session needs on its device, until detached; backend_data is set. */
    int32_t (*attach)(rill_session *session);
    void (*detach)(rill_session *session);
    /* Room for one job, taken back or used by start. */
    bool (*reserve)(rill_device *device);
    void (*unreserve)(rill_device *device);
    /* Hands an accepted job to the device; RILL_DEVICE_LOST if it takes none any more. */
    int32_t (*start)(rill_session *session, rill_job *job);
    /* Gives up the users of jobs that the device has finished, where it does not do so itself. */
    void (*reap)(rill_session *session);
    /* Asks the device whether it still lives; if not, outstanding jobs complete with RILL_DEVICE_LOST. */
    int32_t (*check)(rill_session *session);
    /* Copies for rill_device_copies_await, and the time that they took; the pool has two slots of as many bytes. */
    int32_t (*copy)(rill_device *device, rill_pool *pool, uint64_t bytes, uint32_t rounds, uint32_t directions,
                    int64_t *ns);
    /* Ends the device and frees it; RILL_TIMEOUT leaves it behind. */
    int32_t (*stop)(rill_device *device, uint64_t timeout_ns);
} rill_backend;

/* The first member of every kind of device. */
struct rill_device {
    const rill_backend *backend;
    _Atomic int64_t fault_delay_ns;
    _Atomic int32_t fault_status; /* RILL_DEVICE_LOST also when the device is lost by itself */
};

bool rill_device_is_lost(rill_device *device);

/* Opens a CPU device (rill_cpu.c) or a CUDA device (rill_cuda.c); NULL after rill_fail. */
rill_device *rill_cpu_open(uint32_t threads);
rill_device *rill_cuda_open(uint32_t ordinal);
/* Entries of the device list, but for their index; rill_cuda_describe is false beyond the last one. */
void rill_cpu_describe(rill_device_info *info);
uint32_t rill_cuda_count(void);
bool rill_cuda_describe(rill_device_info *info, uint32_t ordinal);

struct rill_pool {
    const rill_backend *backend;
    void *backend_data;
    uint64_t device; /* handle: identity only, the device may be closed earlier */
    rill_format format;
    rill_memory memory;
    uint64_t slot_stride;
    uint32_t slots;
};

struct rill_job {
    rill_session *session;
    rill_entry *in_pool;
    rill_entry *out_pool;
    const uint8_t *in;
    uint8_t *out;
    uint64_t ticket;
    uint64_t parameter_version;
    rill_values values;
};

struct rill_session {
    rill_entry *entry;
    rill_entry *device_entry;
    uint64_t device_handle;
    rill_device *device;
    const rill_model *model;
    rill_entry *plugin; /* of the model, or NULL */
    struct rill_instance *instance;
    rill_format format;
    void *backend_data;
    rill_completion_block *block;
    uint32_t window;
    uint32_t mask;             /* records - 1 */
    _Atomic uint64_t submitted;
    pthread_mutex_t publishing; /* whoever publishes or reaps: guards the fields below */
    uint64_t completed;
    uint64_t started; /* jobs that were handed over: of models that run in order on a CPU, of all on a CUDA device */
    rill_times times;
    bool done[RILL_MAX_WINDOW]; /* by record: finished, waiting for an earlier ticket */
    rill_job *jobs;            /* one per record */
};

/* Fills the record of a job but for its end. */
void rill_record_write(rill_session *session, const rill_job *job, int32_t status, int64_t start_ns);
/* Gives up the users that a job has, first those of its pools, once nothing touches their slots any more. */
void rill_job_release_pools(rill_job *job);

static inline void rill_store_release(uint64_t *address, uint64_t value) {
    __atomic_store_n(address, value, __ATOMIC_RELEASE);
}

static inline uint64_t rill_load_acquire(const uint64_t *address) {
    return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}

void rill_set_state(rill_session *session, int32_t state);
/* Reaps every open session. */
void rill_sessions_reap(void);

#endif
