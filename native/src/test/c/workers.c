/*
 * Each round pushes as many jobs as there are worker threads, and no job ends before all of its round have begun: a worker
 * that is left asleep stops the test. Rounds begin while workers look for work, are about to sleep, and sleep.
 * Exits 0 when all rounds came through.
 */
#include "rill_workers.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS 3
#define ROUNDS 20000
#define LONGEST_PAUSE_NS 60000
#define DEADLINE_NS 20000000000

static rill_workers workers;
static _Atomic uint64_t begun;
static _Atomic uint64_t ended;

static void await(_Atomic uint64_t *count, uint64_t wanted, const char *what) {
    const int64_t deadline_ns = rill_now_ns() + DEADLINE_NS;
    while (atomic_load(count) < wanted) {
        if (rill_now_ns() > deadline_ns) {
            fprintf(stderr, "workers: %s %llu of %llu jobs\n", what, (unsigned long long) atomic_load(count),
                    (unsigned long long) wanted);
            _exit(1);
        }
        sched_yield();
    }
}

static void run(rill_job *job) {
    atomic_fetch_add(&begun, 1);
    await(&begun, job->ticket, "begun");
    atomic_fetch_add(&ended, 1);
}

int main(void) {
    static rill_job jobs[THREADS];
    const unsigned seed = (unsigned) rill_now_ns();
    srand(seed);
    if (rill_workers_start(&workers, THREADS, run) != RILL_OK) {
        return 1;
    }
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < THREADS; i++) {
            jobs[i].ticket = round * THREADS;
            if (!rill_queue_reserve(&workers.queue)) {
                fprintf(stderr, "workers: no room for a job, seed %u\n", seed);
                return 1;
            }
            rill_workers_push(&workers, &jobs[i]);
        }
        await(&ended, round * THREADS, "ended");
        if (round % 4 == 0) {
            rill_sleep_ns(rand() % LONGEST_PAUSE_NS);
        }
    }
    if (rill_workers_stop(&workers, 5000000000) != RILL_OK) {
        fprintf(stderr, "workers: do not stop, seed %u\n", seed);
        return 1;
    }
    return 0;
}
