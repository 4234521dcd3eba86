/* Threads that take jobs of all sessions of a CPU device from one queue. */
#ifndef RILL_WORKERS_H
#define RILL_WORKERS_H

#include "rill_internal.h"

typedef struct rill_workers {
    rill_queue queue;
    void (*run)(rill_job *job);
    int64_t look_ns;
    uint32_t threads;
    uint32_t joined;
    pthread_t handles[RILL_MAX_THREADS];
    sem_t wake; /* one count per sleeper that was chosen, and one per worker to stop */
    _Alignas(RILL_CACHE_LINE) _Atomic uint32_t lookers; /* find a pushed job by themselves */
    _Atomic uint32_t sleepers;                          /* have to be woken */
    _Atomic bool stop;
} rill_workers;

/* Starts the threads; after anything but RILL_OK, which rill_fail explains, none is left. */
int32_t rill_workers_start(rill_workers *workers, uint32_t threads, void (*run)(rill_job *job));
/* Needs a reservation in the queue. */
void rill_workers_push(rill_workers *workers, rill_job *job);
/* Ends the threads once they have finished what they run; RILL_TIMEOUT leaves some behind, and may be called again. */
int32_t rill_workers_stop(rill_workers *workers, uint64_t timeout_ns);

#endif
