/* The CPU device: worker threads that take jobs of all sessions from one queue. */
#define _GNU_SOURCE
#include "rill_internal.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CPU_INDEX 0

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

int32_t rill_probe(uint64_t infos, uint32_t capacity) {
    rill_device_info *info = (rill_device_info *) (uintptr_t) infos;
    if (info == NULL || capacity == 0) {
        return 1;
    }
    if (info->size < sizeof *info || info->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "device info: size %u version %u, expected %zu and %d", info->size,
                         info->version, sizeof *info, RILL_STRUCT_VERSION);
    }
    const uint32_t simd = simd_capabilities();
    const char *best = simd & RILL_CAPABILITY_AVX512 ? "AVX-512" : simd & RILL_CAPABILITY_AVX2 ? "AVX2" : "baseline";
    info->index = CPU_INDEX;
    info->kind = RILL_KIND_CPU;
    info->usable = 1;
    info->capabilities = RILL_CAPABILITY_I420 | RILL_CAPABILITY_NV12 | simd;
    snprintf(info->name, sizeof info->name, "cpu");
    snprintf(info->description, sizeof info->description, "native kernels, %s, %ld processors", best,
             sysconf(_SC_NPROCESSORS_ONLN));
    info->refusal[0] = 0;
    return 1;
}

/* ---- workers ---- */

bool rill_device_is_lost(rill_device *device) {
    return atomic_load(&device->fault_status) == RILL_DEVICE_LOST;
}

/* A count was taken, so a job is there; its producer, or that of an earlier one, may still be about to publish it. */
static rill_job *take_job(rill_device *device) {
    rill_job *job = rill_queue_pop(&device->queue);
    while (job == NULL && !atomic_load(&device->stop)) {
        sched_yield();
        job = rill_queue_pop(&device->queue);
    }
    return job;
}

static void *work(void *argument) {
    rill_device *device = argument;
    for (;;) {
        while (sem_wait(&device->wake) != 0 && errno == EINTR) {
        }
        rill_job *job = take_job(device);
        if (job == NULL) {
            return NULL;
        }
        rill_job_run(job);
    }
}

/* Workers take no signals: those of the process belong to its host. */
static int32_t start_workers(rill_device *device, uint32_t threads) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (device->threads < threads) {
        char name[16];
        if (pthread_create(&device->workers[device->threads], NULL, work, device) != 0) {
            break;
        }
        snprintf(name, sizeof name, "rill-cpu-%u", device->threads % 1000);
        pthread_setname_np(device->workers[device->threads], name);
        device->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return device->threads == threads ? RILL_OK : RILL_NO_MEMORY;
}

static int32_t stop_workers(rill_device *device, uint64_t timeout_ns) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += (time_t) (timeout_ns / 1000000000);
    deadline.tv_nsec += (long) (timeout_ns % 1000000000);
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000;
    }
    if (!atomic_exchange(&device->stop, true)) {
        for (uint32_t i = 0; i < device->threads; i++) {
            sem_post(&device->wake);
        }
    }
    while (device->joined < device->threads) {
        if (pthread_timedjoin_np(device->workers[device->joined], NULL, &deadline) != 0) {
            return rill_fail(RILL_TIMEOUT, "device: %u of %u worker threads still run",
                             device->threads - device->joined, device->threads);
        }
        device->joined++;
    }
    return RILL_OK;
}

static void free_device(rill_device *device) {
    sem_destroy(&device->wake);
    free(device);
}

/* ---- open, fault, close ---- */

static rill_device *new_device(void) {
    rill_device *device = aligned_alloc(RILL_CACHE_LINE, sizeof *device);
    if (device != NULL) {
        memset(device, 0, sizeof *device);
        sem_init(&device->wake, 0, 0);
        rill_queue_init(&device->queue);
    }
    return device;
}

int32_t rill_device_open(uint32_t index, uint64_t options, uint64_t handle) {
    const rill_device_options *wanted = (const rill_device_options *) (uintptr_t) options;
    uint64_t *result = (uint64_t *) (uintptr_t) handle;
    if (index != CPU_INDEX) {
        return rill_fail(RILL_UNSUPPORTED, "device %u: unknown, expected 0 (cpu)", index);
    }
    if (wanted == NULL || result == NULL || wanted->size < sizeof *wanted || wanted->version != RILL_STRUCT_VERSION
        || wanted->threads < 1 || wanted->threads > RILL_MAX_THREADS) {
        return rill_fail(RILL_BAD_ARGUMENT, "device options: missing, size or version unknown, or threads not from 1 "
                         "to %d", RILL_MAX_THREADS);
    }
    rill_device *device = new_device();
    if (device == NULL) {
        return rill_fail(RILL_NO_MEMORY, "device: no memory");
    }
    const int32_t started = start_workers(device, wanted->threads);
    const uint64_t opened = started == RILL_OK ? rill_entry_insert(RILL_DEVICE, device) : 0;
    if (opened == 0) {
        const uint32_t running = device->threads;
        /* Idle workers end at once. */
        if (stop_workers(device, 1000000000) == RILL_OK) {
            free_device(device);
        }
        return rill_fail(RILL_NO_MEMORY, "device: only %u of %u threads could be started, or too many devices are open",
                         running, wanted->threads);
    }
    *result = opened;
    return RILL_OK;
}

int32_t rill_device_fault(uint64_t handle, uint64_t delay_ns, int32_t status) {
    rill_entry *entry = rill_entry_enter(RILL_DEVICE, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "device handle %#llx is stale or not a device", (unsigned long long) handle);
    }
    rill_device *device = entry->object;
    atomic_store(&device->fault_delay_ns, (int64_t) delay_ns);
    if (!rill_device_is_lost(device)) {
        atomic_store(&device->fault_status, status);
    }
    rill_entry_exit(entry);
    return RILL_OK;
}

int32_t rill_device_close(uint64_t handle, uint64_t timeout_ns) {
    rill_entry *entry = rill_entry_peek(RILL_DEVICE, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "device handle %#llx is stale or not a device", (unsigned long long) handle);
    }
    /* Sessions are users: removal succeeds only without them, and only for one caller. */
    rill_device *device = rill_entry_remove(entry, handle, true);
    if (device == NULL) {
        return rill_fail(RILL_BUSY, "device: sessions are open");
    }
    const int32_t stopped = stop_workers(device, timeout_ns);
    if (stopped == RILL_OK) {
        free_device(device);
    }
    return stopped;
}
