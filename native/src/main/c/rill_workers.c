/*
 * Worker threads. A worker without a job looks for one for a moment before it sleeps, since waking a thread costs more
 * than many a frame. A push therefore wakes nobody while somebody looks; so that no job waits for one who is busy by
 * then, each worker that finds a job wakes a sleeper if there are more and nobody else looks.
 *
 * No wake-up is lost: a job is pushed before `lookers` and `sleepers` are read, and a worker leaves the lookers, and
 * joins the sleepers, before it tries the queue once more. Whoever wakes takes one away from the sleepers first.
 */
#define _GNU_SOURCE
#include "rill_workers.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 20000
#define LOOKS_PER_TIME 32

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* ---- waking ---- */

/* Takes one away from the sleepers; false if there is none. */
static bool claim_sleeper(rill_workers *workers) {
    uint32_t sleepers = atomic_load(&workers->sleepers);
    while (sleepers > 0) {
        if (atomic_compare_exchange_weak(&workers->sleepers, &sleepers, sleepers - 1)) {
            return true;
        }
    }
    return false;
}

static void wake_one(rill_workers *workers) {
    if (atomic_load(&workers->lookers) == 0 && claim_sleeper(workers)) {
        sem_post(&workers->wake);
    }
}

void rill_workers_push(rill_workers *workers, rill_job *job) {
    rill_queue_push(&workers->queue, job);
    wake_one(workers);
}

static void await_wake(rill_workers *workers) {
    while (sem_wait(&workers->wake) != 0 && errno == EINTR) {
    }
}

/* ---- working ---- */

static rill_job *look(rill_workers *workers) {
    rill_job *job = rill_queue_pop(&workers->queue);
    if (job != NULL || workers->look_ns == 0) {
        return job;
    }
    atomic_fetch_add(&workers->lookers, 1);
    const int64_t deadline_ns = rill_now_ns() + workers->look_ns;
    do {
        for (int i = 0; i < LOOKS_PER_TIME && job == NULL; i++) {
            relax();
            job = rill_queue_pop(&workers->queue);
        }
    } while (job == NULL && !atomic_load(&workers->stop) && rill_now_ns() < deadline_ns);
    atomic_fetch_sub(&workers->lookers, 1);
    return job;
}

/* One who was chosen meanwhile has a count waiting, and takes it. */
static rill_job *sleep_for_job(rill_workers *workers) {
    atomic_fetch_add(&workers->sleepers, 1);
    rill_job *job = atomic_load(&workers->stop) ? NULL : rill_queue_pop(&workers->queue);
    if (job == NULL || !claim_sleeper(workers)) {
        await_wake(workers);
    }
    return job;
}

/* NULL when the workers are to stop. */
static rill_job *take_job(rill_workers *workers) {
    rill_job *job = look(workers);
    while (job == NULL && !atomic_load(&workers->stop)) {
        job = sleep_for_job(workers);
        if (job == NULL) {
            job = look(workers);
        }
    }
    return job;
}

static void *work(void *argument) {
    rill_workers *workers = argument;
    for (rill_job *job = take_job(workers); job != NULL; job = take_job(workers)) {
        if (!rill_queue_is_empty(&workers->queue)) {
            wake_one(workers);
        }
        workers->run(job);
    }
    return NULL;
}

/* ---- start and stop ---- */

/* Workers take no signals: those of the process belong to its host. */
static void start_threads(rill_workers *workers, uint32_t threads) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (workers->threads < threads
           && pthread_create(&workers->handles[workers->threads], NULL, work, workers) == 0) {
        char name[16];
        snprintf(name, sizeof name, "rill-cpu-%u", workers->threads % 1000);
        pthread_setname_np(workers->handles[workers->threads], name);
        workers->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int32_t rill_workers_start(rill_workers *workers, uint32_t threads, void (*run)(rill_job *job)) {
    memset(workers, 0, sizeof *workers);
    workers->run = run;
    /* On a single processor a looker would only keep the one who submits from running. */
    workers->look_ns = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? LOOK_NS : 0;
    sem_init(&workers->wake, 0, 0);
    rill_queue_init(&workers->queue);
    start_threads(workers, threads);
    if (workers->threads < threads) {
        const uint32_t running = workers->threads;
        rill_workers_stop(workers, 1000000000); /* Idle workers end at once. */
        return rill_fail(RILL_NO_MEMORY, "device: only %u of %u threads could be started", running, threads);
    }
    return RILL_OK;
}

static struct timespec deadline_in(uint64_t timeout_ns) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += (time_t) (timeout_ns / 1000000000);
    deadline.tv_nsec += (long) (timeout_ns % 1000000000);
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000;
    }
    return deadline;
}

int32_t rill_workers_stop(rill_workers *workers, uint64_t timeout_ns) {
    const struct timespec deadline = deadline_in(timeout_ns);
    if (!atomic_exchange(&workers->stop, true)) {
        for (uint32_t i = 0; i < workers->threads; i++) {
            sem_post(&workers->wake);
        }
    }
    while (workers->joined < workers->threads) {
        if (pthread_timedjoin_np(workers->handles[workers->joined], NULL, &deadline) != 0) {
            return rill_fail(RILL_TIMEOUT, "device: %u of %u worker threads still run",
                             workers->threads - workers->joined, workers->threads);
        }
        workers->joined++;
    }
    sem_destroy(&workers->wake);
    return RILL_OK;
}
