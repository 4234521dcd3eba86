/*
 * Sessions on one device (its index is the first argument, 0 if none), one of a model whose frames build on each other and
 * one of a plug-in (its path is the second), each with a submitting and a polling thread; every second round closes in the
 * middle.
 * Meant for sanitizers: exits 0 when every ticket arrived in order and every close succeeded.
 */
#include "rill.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 40
#define ROUNDS_WITH_PLUGIN 6 /* which take their time with sanitizers */
#define SESSIONS 3
#define WINDOW 4
#define SLOTS 8
#define FRAMES 3000
#define UNTIL_CLOSED (1u << 30)
#define TIMEOUT_NS 5000000000ull
#define ADDRESS(x) ((uint64_t) (uintptr_t) (x))

typedef struct rig {
    uint64_t session;
    rill_pool_info pool;
    rill_completion_block *block;
    uint64_t frames;
    const char *model;
    uint64_t plugin;
    uint32_t parameter_count;
    pthread_t submitter;
    pthread_t poller;
} rig;

static void check(int32_t code, const char *what) {
    if (code != RILL_OK) {
        char text[256] = "";
        rill_last_error(ADDRESS(text), sizeof text);
        fprintf(stderr, "%s: code %d: %s\n", what, code, text);
        exit(1);
    }
}

static rill_format small_nv12(void) {
    return (rill_format) {
        .size = sizeof(rill_format), .version = RILL_STRUCT_VERSION, .pixel_format = RILL_PIXEL_NV12,
        .width = 64, .height = 32, .plane_count = 2, .plane_offset = {0, 64 * 32}, .plane_stride = {64, 64},
        .plane_width = {64, 64}, .plane_rows = {32, 16}, .slot_bytes = 4096,
    };
}

static void *submit_frames(void *argument) {
    rig *r = argument;
    rill_parameters parameters = {
        .size = sizeof parameters, .version = RILL_STRUCT_VERSION, .count = r->parameter_count, .values = {0.5, 200, 0.6},
    };
    for (uint64_t ticket = 0; ticket < r->frames;) {
        parameters.parameter_version = ticket;
        const int32_t code = rill_submit(r->session, r->pool.pool, ticket * 2 % SLOTS, r->pool.pool,
                                         (ticket * 2 + 1) % SLOTS, ticket, ADDRESS(&parameters));
        if (code == RILL_CLOSED || code == RILL_BAD_HANDLE) {
            return NULL;
        }
        if (code == RILL_BACK_PRESSURED) {
            sched_yield();
        } else {
            check(code, "submit");
            ticket++;
        }
    }
    return NULL;
}

static void *poll_frames(void *argument) {
    rig *r = argument;
    rill_completion_block *block = r->block;
    for (uint64_t ticket = 0; ticket < r->frames;) {
        const uint64_t completed = __atomic_load_n(&block->completed, __ATOMIC_ACQUIRE);
        if (completed == ticket) {
            if (__atomic_load_n(&block->state, __ATOMIC_ACQUIRE) == RILL_STATE_CLOSING) {
                return NULL;
            }
            sched_yield();
        }
        for (; ticket < completed; ticket++) {
            const rill_completion *record = &block->records[ticket % WINDOW];
            if (record->ticket != ticket || record->parameter_version != ticket) {
                fprintf(stderr, "record of ticket %llu holds %llu\n", (unsigned long long) ticket,
                        (unsigned long long) record->ticket);
                exit(1);
            }
            __atomic_store_n(&block->consumed, ticket + 1, __ATOMIC_RELEASE);
        }
    }
    return NULL;
}

static void start(rig *r, uint64_t device, uint64_t frames) {
    const size_t bytes = sizeof(rill_completion_block) + WINDOW * sizeof(rill_completion);
    rill_format format = small_nv12();
    r->frames = frames;
    r->pool = (rill_pool_info) {.size = sizeof r->pool, .version = RILL_STRUCT_VERSION};
    check(rill_pool_create(device, ADDRESS(&format), SLOTS, 0, ADDRESS(&r->pool)), "pool create");
    r->block = aligned_alloc(64, bytes);
    memset(r->block, 0, bytes);
    rill_session_options options = {
        .size = sizeof options, .version = RILL_STRUCT_VERSION, .parameter_count = r->parameter_count, .window = WINDOW,
        .completion_block = ADDRESS(r->block), .completion_bytes = bytes, .format = format,
    };
    strcpy(options.model, r->model);
    options.plugin = r->plugin;
    check(rill_session_open(device, ADDRESS(&options), ADDRESS(&r->session)), "session open");
    pthread_create(&r->submitter, NULL, submit_frames, r);
    pthread_create(&r->poller, NULL, poll_frames, r);
}

static void join(rig *r) {
    pthread_join(r->submitter, NULL);
    pthread_join(r->poller, NULL);
}

/* The models of the sessions, each with its number of parameters. */
static void choose_models(rig *rigs, const char *path) {
    rigs[0].model = "tint";
    rigs[0].parameter_count = 3;
    rigs[1].model = "blend";
    rigs[1].parameter_count = 1;
    if (path != NULL) {
        rill_plugin_info info = {.size = sizeof info, .version = RILL_STRUCT_VERSION};
        check(rill_plugin_open(ADDRESS(path), ADDRESS(&info)), "plug-in open");
        rigs[2].model = "";
        rigs[2].plugin = info.plugin;
        rigs[2].parameter_count = info.parameter_count;
    }
}

static void run_round(uint32_t index, const char *plugin, int closes_early) {
    const rill_device_options options = {sizeof options, RILL_STRUCT_VERSION, 3, 0};
    const struct timespec moment = {0, 3000000};
    uint64_t device = 0;
    const int sessions = plugin == NULL ? SESSIONS - 1 : SESSIONS;
    rig rigs[SESSIONS] = {0};
    choose_models(rigs, plugin);
    check(rill_device_open(index, ADDRESS(&options), ADDRESS(&device)), "device open");
    for (int i = 0; i < sessions; i++) {
        start(&rigs[i], device, closes_early ? UNTIL_CLOSED : rigs[i].plugin == 0 ? FRAMES : FRAMES / 20);
    }
    for (int i = 0; i < sessions && !closes_early; i++) {
        join(&rigs[i]);
    }
    nanosleep(&moment, NULL);
    for (int i = 0; i < sessions; i++) {
        check(rill_session_close(rigs[i].session, TIMEOUT_NS), "session close");
    }
    for (int i = 0; i < sessions; i++) {
        if (closes_early) {
            join(&rigs[i]);
        }
        check(rill_pool_close(rigs[i].pool.pool), "pool close");
        free(rigs[i].block);
    }
    check(rill_device_close(device, TIMEOUT_NS), "device close");
    if (plugin != NULL) {
        check(rill_plugin_close(rigs[2].plugin), "plug-in close");
    }
}

int main(int count, char **arguments) {
    const uint32_t index = count > 1 ? (uint32_t) atoi(arguments[1]) : 0;
    const char *plugin = count > 2 ? arguments[2] : NULL;
    const int rounds = plugin == NULL ? ROUNDS : ROUNDS_WITH_PLUGIN;
    for (int round = 0; round < rounds; round++) {
        run_round(index, plugin, round % 2);
    }
    printf("ok: device %u, %d rounds\n", index, rounds);
    return 0;
}
