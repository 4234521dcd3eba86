/*
 * A stand-in for the CUDA driver, for tests on machines without a GPU. It works: device memory is host memory under
 * addresses that the host must not use, streams are queues with a thread each, events are positions in them, and
 * kernels are those of the CPU device. It counts every call and fails on request. It proves the order of calls,
 * ownership and what happens after errors; it proves nothing about a GPU, and says what it is by exporting
 * rill_simulator.
 *
 * RILL_SIMULATOR_DEVICES, _VERSION and _INIT in the environment: how many devices, which CUDA version, what cuInit
 * answers.
 */
#define _GNU_SOURCE
#include "rill_driver.h"
#include "rill_internal.h"
#include "rill_kernel_args.h"
#include "rill_tensor_pixels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))
#define DEVICE_TAG 0x4000000000000000ull  /* device memory */
#define MAPPED_TAG 0x2000000000000000ull  /* host memory as the device sees it */
#define MAX_RANGES 4096
#define MAX_FUNCTIONS 64
#define MAX_CAPTURED 1024
#define IN_CAPTURE 900
#define NO_CONTEXT 201
#define BAD_VALUE 1

/* ---- counting and faults ---- */

enum {
#define INDEX(field, name, parameters) AT_##field,
    RILL_DRIVER_FUNCTIONS(INDEX)
#undef INDEX
    AT_kernel_run, /* a kernel at work, not its launch */
    FUNCTIONS
};

static const char *const names[] = {
#define NAME(field, name, parameters) name,
    RILL_DRIVER_FUNCTIONS(NAME)
#undef NAME
    "kernel",
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint64_t counts[FUNCTIONS];
static struct { uint64_t after; int32_t code; } faults[FUNCTIONS];
static int32_t sticky; /* what a dead context answers */
static int64_t live;   /* things made and not yet destroyed */
static uint64_t pageable; /* copies from or to memory that is not pinned */
static uint64_t context_users;
static int32_t can_write = 1;
static uint64_t pending; /* operations of all streams that are not over */
static _Thread_local bool has_context;

/* Counts a call, and answers for it if it is to fail. Holds the lock. */
static int32_t note(int function) {
    counts[function]++;
    if (faults[function].after > 0 && --faults[function].after == 0) {
        return faults[function].code;
    }
    return CU_SUCCESS;
}

static int number(const char *variable, int otherwise) {
    const char *text = getenv(variable);
    return text == NULL ? otherwise : atoi(text);
}

EXPORT int32_t rill_simulator(void) {
    return 1;
}

/* Calls of a function by its exported name, "kernel" for kernels that ran, "live" and "pageable" for those counters. */
EXPORT int64_t rill_simulator_count(const char *name) {
    int64_t result = -1;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < FUNCTIONS; i++) {
        result = strcmp(names[i], name) == 0 ? (int64_t) counts[i] : result;
    }
    result = strcmp(name, "live") == 0 ? live + (int64_t) context_users : result;
    result = strcmp(name, "pageable") == 0 ? (int64_t) pageable : result;
    if (strcmp(name, "all") == 0) {
        result = 0;
        for (int i = 0; i < AT_kernel_run; i++) {
            result += (int64_t) counts[i];
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}

/* Lets the n-th next call of a function fail; a failing "kernel" kills the context. */
EXPORT int32_t rill_simulator_fault(const char *name, uint64_t n, int32_t code) {
    int32_t result = -1;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < FUNCTIONS; i++) {
        if (strcmp(names[i], name) == 0) {
            faults[i].after = n;
            faults[i].code = code;
            result = 0;
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}

/* Whether the driver says that it can write 64-bit values. */
EXPORT void rill_simulator_write_64(int32_t can) {
    can_write = can;
}

/* Forgets counts, faults and a dead context. */
EXPORT void rill_simulator_reset(void) {
    pthread_mutex_lock(&lock);
    memset(counts, 0, sizeof counts);
    memset(faults, 0, sizeof faults);
    sticky = 0;
    pageable = 0;
    can_write = 1;
    pthread_mutex_unlock(&lock);
}

/* A function that needs a context: counted, refused in a dead one. */
#define BEGIN(field) \
    pthread_mutex_lock(&lock); \
    int32_t code = note(AT_##field); \
    code = code != 0 ? code : sticky; \
    code = code != 0 ? code : has_context ? 0 : NO_CONTEXT; \
    pthread_mutex_unlock(&lock); \
    if (code != 0) { \
        return code; \
    }

/* One that does not. */
#define BEGIN_WITHOUT(field) \
    pthread_mutex_lock(&lock); \
    const int32_t code = note(AT_##field); \
    pthread_mutex_unlock(&lock); \
    if (code != 0) { \
        return code; \
    }

/* Memory is given back when nothing works any more, as with the real driver. */
static void synchronize(void) {
    pthread_mutex_lock(&lock);
    while (pending > 0) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static void made(int64_t things) {
    pthread_mutex_lock(&lock);
    live += things;
    pthread_mutex_unlock(&lock);
}

/* ---- memory ---- */

static struct { uint8_t *start; size_t bytes; } pinned[MAX_RANGES];

static bool pin(void *address, size_t bytes) {
    bool done = false;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAX_RANGES && !done; i++) {
        if (pinned[i].start == NULL) {
            pinned[i].start = address;
            pinned[i].bytes = bytes;
            done = true;
        }
    }
    pthread_mutex_unlock(&lock);
    return done;
}

static bool unpin(void *address) {
    bool done = false;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < MAX_RANGES && !done; i++) {
        if (pinned[i].start == address) {
            pinned[i].start = NULL;
            done = true;
        }
    }
    pthread_mutex_unlock(&lock);
    return done;
}

/* Holds the lock. */
static bool is_pinned(const void *address, size_t bytes) {
    const uint8_t *start = address;
    for (int i = 0; i < MAX_RANGES; i++) {
        if (pinned[i].start != NULL && start >= pinned[i].start && start + bytes <= pinned[i].start + pinned[i].bytes) {
            return true;
        }
    }
    return false;
}

static uint8_t *of_device(cu_pointer pointer) {
    if ((pointer & DEVICE_TAG) == 0) {
        fprintf(stderr, "simulator: %#llx is no device memory\n", (unsigned long long) pointer);
        abort();
    }
    return (uint8_t *) (uintptr_t) (pointer & ~DEVICE_TAG);
}

static uint64_t *of_mapped(cu_pointer pointer) {
    if ((pointer & MAPPED_TAG) == 0) {
        fprintf(stderr, "simulator: %#llx is no mapped memory\n", (unsigned long long) pointer);
        abort();
    }
    return (uint64_t *) (uintptr_t) (pointer & ~MAPPED_TAG);
}

EXPORT cu_result cuMemAlloc_v2(cu_pointer *pointer, size_t bytes) {
    BEGIN(memory_alloc)
    void *memory = aligned_alloc(256, (bytes + 255) & ~(size_t) 255);
    if (memory == NULL) {
        return 2;
    }
    memset(memory, 0xA5, bytes);
    *pointer = (uint64_t) (uintptr_t) memory | DEVICE_TAG;
    made(1);
    return CU_SUCCESS;
}

EXPORT cu_result cuMemFree_v2(cu_pointer pointer) {
    BEGIN_WITHOUT(memory_free)
    synchronize();
    free(of_device(pointer));
    made(-1);
    return CU_SUCCESS;
}

EXPORT cu_result cuMemHostRegister_v2(void *address, size_t bytes, unsigned flags) {
    BEGIN(host_register)
    if ((flags & CU_HOST_MAPPED) == 0 || !pin(address, bytes)) {
        return BAD_VALUE;
    }
    made(1);
    return CU_SUCCESS;
}

EXPORT cu_result cuMemHostUnregister(void *address) {
    BEGIN_WITHOUT(host_unregister)
    synchronize();
    if (!unpin(address)) {
        return BAD_VALUE;
    }
    made(-1);
    return CU_SUCCESS;
}

EXPORT cu_result cuMemHostGetDevicePointer_v2(cu_pointer *pointer, void *address, unsigned flags) {
    BEGIN(host_device_pointer)
    pthread_mutex_lock(&lock);
    const bool known = is_pinned(address, 1);
    pthread_mutex_unlock(&lock);
    if (!known || flags != 0) {
        return BAD_VALUE;
    }
    *pointer = (uint64_t) (uintptr_t) address | MAPPED_TAG;
    return CU_SUCCESS;
}

/* ---- streams and events ---- */

struct cu_event_object {
    uint64_t recorded; /* positions asked for */
    uint64_t reached;
    int64_t time_ns; /* when it was reached last */
};

enum operation { COPY, SET, RUN, RECORD, WAIT, WRITE, CALL, END };

typedef struct task {
    struct task *next;
    enum operation operation;
    void *to;
    const void *from;
    size_t bytes;
    cu_event event;
    uint64_t value;
    cu_function function;
    union {
        rill_kernel_args args;
        rill_tensor_args tensor;
    };
    void (*call)(void *);
    void *argument;
} task;

struct cu_stream_object {
    pthread_t thread;
    task *first;
    task **last;
    uint64_t pending;
    cu_graph capture; /* takes what is enqueued meanwhile */
};

struct cu_graph_object {
    task *tasks;
    int count;
};

struct cu_work_object {
    struct cu_graph_object graph;
};

struct kind {
    const char *name;
    rill_kernel kernel;
    void (*convert)(const rill_tensor_args *args); /* between frames and tensors; the one that tells the host has neither */
};

struct cu_function_object {
    char name[64];
    const struct kind *kind;
};

struct cu_module_object {
    struct cu_function_object functions[MAX_FUNCTIONS];
    int count;
};

static int context_object;

static void untag(rill_tensor_taps *taps) {
    taps->first = (uint64_t) (uintptr_t) of_device(taps->first);
    taps->count = (uint64_t) (uintptr_t) of_device(taps->count);
    taps->weight = (uint64_t) (uintptr_t) of_device(taps->weight);
}

static void convert_in(const rill_tensor_args *args) {
    for (unsigned y = 0; y < args->height; y++) {
        for (unsigned x = 0; x < args->width; x++) {
            rill_tensor_in_pixel(args, x, y);
        }
    }
}

static void convert_out(const rill_tensor_args *args) {
    for (unsigned y = 0; y < args->frame_height / 2; y++) {
        for (unsigned x = 0; x < args->frame_width / 2; x++) {
            rill_tensor_out_quad(args, x, y);
        }
    }
}

static void run_kernel(const task *work) {
    if (work->function->kind->convert != NULL) {
        rill_tensor_args args = work->tensor;
        args.frame = (uint64_t) (uintptr_t) of_device(args.frame);
        args.tensor = (uint64_t) (uintptr_t) of_device(args.tensor);
        untag(&args.rows);
        untag(&args.columns);
        work->function->kind->convert(&args);
        return;
    }
    if (work->function->kind->kernel == NULL) {
        __atomic_store_n((uint64_t *) work->to, work->value, __ATOMIC_RELEASE);
        return;
    }
    const rill_kernel_args *args = &work->args;
    rill_format format = {.plane_count = args->plane_count, .pixel_format = args->interleaved};
    for (uint32_t i = 0; i < args->plane_count; i++) {
        format.plane_offset[i] = args->plane_offset[i];
        format.plane_stride[i] = args->plane_stride[i];
        format.plane_width[i] = args->plane_width[i];
        format.plane_rows[i] = args->plane_rows[i];
    }
    if (work->function->kind->kernel != rill_kernel_blend) {
        work->function->kind->kernel(&format, of_device(args->in), of_device(args->out), args->prepared, NULL);
        return;
    }
    /* The result of the frame before may be on its way out, or lie where this one goes: it is copied. */
    const uint32_t last = args->plane_count - 1;
    const size_t end = args->plane_offset[last] + (size_t) args->plane_stride[last] * args->plane_rows[last];
    uint8_t *before = malloc(end);
    memcpy(before, of_device(args->before == 0 ? args->in : args->before), end);
    rill_kernel_blend(&format, of_device(args->in), of_device(args->out), args->prepared, before);
    free(before);
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Without the lock, which the caller holds before and after. */
static void perform(const task *work) {
    if (work->operation == RUN) {
        const int32_t code = note(AT_kernel_run);
        if (code != 0) {
            sticky = code;
            return;
        }
    }
    while (work->operation == WAIT && work->event->reached < work->value && sticky == 0) {
        pthread_cond_wait(&changed, &lock);
    }
    if (work->operation == RECORD) {
        work->event->reached = work->value;
        work->event->time_ns = now_ns();
        return;
    }
    pthread_mutex_unlock(&lock);
    if (work->operation == SET) {
        memset(work->to, (int) work->value, work->bytes);
    } else if (work->operation == COPY) {
        memcpy(work->to, work->from, work->bytes);
    } else if (work->operation == RUN) {
        run_kernel(work);
    } else if (work->operation == WRITE) {
        __atomic_store_n((uint64_t *) work->to, work->value, __ATOMIC_RELEASE);
    } else if (work->operation == CALL) {
        work->call(work->argument);
    }
    pthread_mutex_lock(&lock);
}

static void *drain(void *argument) {
    cu_stream stream = argument;
    bool over = false;
    pthread_mutex_lock(&lock);
    while (!over) {
        while (stream->first == NULL) {
            pthread_cond_wait(&changed, &lock);
        }
        task *work = stream->first;
        stream->first = work->next;
        if (stream->first == NULL) {
            stream->last = &stream->first;
        }
        over = work->operation == END;
        if (sticky == 0) { /* A dead context does nothing any more. */
            perform(work);
        }
        free(work);
        stream->pending--;
        pending--;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static cu_result enqueue(cu_stream stream, task wanted) {
    task *work = malloc(sizeof *work);
    if (stream == NULL || work == NULL) {
        free(work);
        return BAD_VALUE;
    }
    *work = wanted;
    work->next = NULL;
    pthread_mutex_lock(&lock);
    cu_graph capture = stream->capture;
    if (capture != NULL) {
        /* This stand-in captures no events. */
        const bool is_taken = work->operation != RECORD && work->operation != WAIT && capture->count < MAX_CAPTURED;
        if (is_taken) {
            capture->tasks[capture->count++] = wanted;
        }
        pthread_mutex_unlock(&lock);
        free(work);
        return is_taken ? CU_SUCCESS : BAD_VALUE;
    }
    if (work->operation == RECORD) {
        work->value = ++work->event->recorded;
    } else if (work->operation == WAIT) {
        work->value = work->event->recorded;
    }
    *stream->last = work;
    stream->last = &work->next;
    stream->pending++;
    pending++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return CU_SUCCESS;
}

EXPORT cu_result cuStreamCreate(cu_stream *stream, unsigned flags) {
    BEGIN(stream_create)
    cu_stream created = calloc(1, sizeof *created);
    created->last = &created->first;
    *stream = created;
    made(1);
    return flags == CU_STREAM_NON_BLOCKING && pthread_create(&created->thread, NULL, drain, created) == 0 ? CU_SUCCESS
        : BAD_VALUE;
}

EXPORT cu_result cuStreamDestroy_v2(cu_stream stream) {
    BEGIN_WITHOUT(stream_destroy)
    enqueue(stream, (task) {.operation = END});
    pthread_join(stream->thread, NULL);
    free(stream);
    made(-1);
    return CU_SUCCESS;
}

EXPORT cu_result cuStreamQuery(cu_stream stream) {
    BEGIN(stream_query)
    pthread_mutex_lock(&lock);
    const bool busy = stream->pending > 0;
    const bool is_captured = stream->capture != NULL;
    pthread_mutex_unlock(&lock);
    return is_captured ? IN_CAPTURE : busy ? CU_NOT_READY : CU_SUCCESS;
}

EXPORT cu_result cuMemsetD8Async(cu_pointer pointer, unsigned char value, size_t bytes, cu_stream stream) {
    BEGIN(memory_set)
    return enqueue(stream, (task) {.operation = SET, .to = of_device(pointer), .bytes = bytes, .value = value});
}

EXPORT cu_result cuStreamWaitEvent(cu_stream stream, cu_event event, unsigned flags) {
    BEGIN(stream_wait)
    return flags == 0 ? enqueue(stream, (task) {.operation = WAIT, .event = event}) : BAD_VALUE;
}

EXPORT cu_result cuStreamWriteValue64_v2(cu_stream stream, cu_pointer address, uint64_t value, unsigned flags) {
    BEGIN(stream_write)
    return flags == 0 ? enqueue(stream, (task) {.operation = WRITE, .to = of_mapped(address), .value = value})
                      : BAD_VALUE;
}

EXPORT cu_result cuLaunchHostFunc(cu_stream stream, void (*function)(void *), void *argument) {
    BEGIN(host_function)
    return enqueue(stream, (task) {.operation = CALL, .call = function, .argument = argument});
}

EXPORT cu_result cuEventCreate(cu_event *event, unsigned flags) {
    BEGIN(event_create)
    *event = calloc(1, sizeof **event);
    made(1);
    return flags <= CU_EVENT_NO_TIMING && *event != NULL ? CU_SUCCESS : BAD_VALUE;
}

EXPORT cu_result cuEventElapsedTime(float *milliseconds, cu_event start, cu_event end) {
    BEGIN(event_elapsed)
    pthread_mutex_lock(&lock);
    const bool is_reached = start->reached == start->recorded && end->reached == end->recorded && end->reached > 0;
    *milliseconds = (float) (end->time_ns - start->time_ns) / 1e6f;
    pthread_mutex_unlock(&lock);
    return is_reached ? CU_SUCCESS : CU_NOT_READY;
}

EXPORT cu_result cuEventDestroy_v2(cu_event event) {
    BEGIN_WITHOUT(event_destroy)
    free(event);
    made(-1);
    return CU_SUCCESS;
}

EXPORT cu_result cuEventRecord(cu_event event, cu_stream stream) {
    BEGIN(event_record)
    return enqueue(stream, (task) {.operation = RECORD, .event = event});
}

static cu_result copy(cu_stream stream, void *to, const void *from, size_t bytes, const void *host) {
    pthread_mutex_lock(&lock);
    pageable += is_pinned(host, bytes) ? 0 : 1;
    pthread_mutex_unlock(&lock);
    return enqueue(stream, (task) {.operation = COPY, .to = to, .from = from, .bytes = bytes});
}

EXPORT cu_result cuMemcpyHtoDAsync_v2(cu_pointer to, const void *from, size_t bytes, cu_stream stream) {
    BEGIN(copy_in)
    return copy(stream, of_device(to), from, bytes, from);
}

EXPORT cu_result cuMemcpyDtoHAsync_v2(void *to, cu_pointer from, size_t bytes, cu_stream stream) {
    BEGIN(copy_out)
    return copy(stream, to, of_device(from), bytes, to);
}

/* ---- kernels ---- */

static const struct kind kinds[] = {
    {"rill_identity", rill_kernel_identity, NULL}, {"rill_invert", rill_kernel_invert, NULL},
    {"rill_tint", rill_kernel_tint, NULL}, {"rill_edge", rill_kernel_edge, NULL}, {"rill_blur", rill_kernel_blur, NULL},
    {"rill_blend", rill_kernel_blend, NULL}, {"rill_complete", NULL, NULL}, {"rill_tensor_in", NULL, convert_in},
    {"rill_tensor_out", NULL, convert_out},
};

/* Takes the entry names of the text, which has to look like PTX that drivers of CUDA 12.0 know. */
EXPORT cu_result cuModuleLoadDataEx(cu_module *module, const void *image, unsigned options, int *keys, void **values) {
    BEGIN(module_load)
    (void) options, (void) keys, (void) values;
    int major = 0;
    int minor = 0;
    const char *text = image;
    const char *version = strstr(text, ".version ");
    if (version == NULL || sscanf(version, ".version %d.%d", &major, &minor) != 2) {
        return 218;
    }
    if (major * 10 + minor > 80) {
        return 222;
    }
    cu_module loaded = calloc(1, sizeof *loaded);
    for (const char *at = strstr(text, ".entry "); at != NULL && loaded->count < MAX_FUNCTIONS;
         at = strstr(at + 1, ".entry ")) {
        cu_function function = &loaded->functions[loaded->count++];
        sscanf(at, ".entry %63[A-Za-z0-9_]", function->name);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            function->kind = strcmp(function->name, kinds[k].name) == 0 ? &kinds[k] : function->kind;
        }
    }
    *module = loaded;
    made(1);
    return CU_SUCCESS;
}

EXPORT cu_result cuModuleUnload(cu_module module) {
    BEGIN_WITHOUT(module_unload)
    free(module);
    made(-1);
    return CU_SUCCESS;
}

EXPORT cu_result cuModuleGetFunction(cu_function *function, cu_module module, const char *name) {
    BEGIN(module_function)
    for (int i = 0; i < module->count; i++) {
        if (module->functions[i].kind != NULL && strcmp(module->functions[i].name, name) == 0) {
            *function = &module->functions[i];
            return CU_SUCCESS;
        }
    }
    return 500;
}

EXPORT cu_result cuLaunchKernel(cu_function function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                                unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared,
                                cu_stream stream, void **parameters, void **extra) {
    BEGIN(launch)
    if (shared != 0 || extra != NULL || grid_z != 1 || block_z != 1) {
        return BAD_VALUE;
    }
    task work = {.operation = RUN, .function = function};
    if (function->kind->convert != NULL) {
        memcpy(&work.tensor, parameters[0], sizeof work.tensor);
        const bool is_in = function->kind->convert == convert_in;
        /* Each pixel of the tensor, or each chroma sample of the frame, needs a thread. */
        const bool covers = grid_x * block_x >= (is_in ? work.tensor.width : work.tensor.frame_width / 2)
            && grid_y * block_y >= (is_in ? work.tensor.height : work.tensor.frame_height / 2);
        return covers ? enqueue(stream, work) : BAD_VALUE;
    }
    if (function->kind->kernel == NULL) {
        work.to = of_mapped(*(cu_pointer *) parameters[0]);
        work.value = *(uint64_t *) parameters[1];
        return enqueue(stream, work);
    }
    memcpy(&work.args, parameters[0], sizeof work.args);
    unsigned rows = 0;
    for (uint32_t i = 0; i < work.args.plane_count; i++) {
        rows += work.args.plane_rows[i];
    }
    /* Each byte of the picture needs a thread. */
    const bool covers = grid_x * block_x >= work.args.plane_width[0] && grid_y * block_y >= rows;
    return covers ? enqueue(stream, work) : BAD_VALUE;
}

/* ---- graphs ---- */

EXPORT cu_result cuStreamBeginCapture_v2(cu_stream stream, int mode) {
    BEGIN(capture_begin)
    cu_graph graph = calloc(1, sizeof *graph);
    graph->tasks = calloc(MAX_CAPTURED, sizeof *graph->tasks);
    pthread_mutex_lock(&lock);
    const bool begins = mode == CU_CAPTURE_OF_THREAD && stream->capture == NULL && stream->pending == 0;
    if (begins) {
        stream->capture = graph;
        live++;
    }
    pthread_mutex_unlock(&lock);
    if (!begins) {
        free(graph->tasks);
        free(graph);
    }
    return begins ? CU_SUCCESS : BAD_VALUE;
}

/* A failing one ends the capture as well, as with the real driver. */
EXPORT cu_result cuStreamEndCapture(cu_stream stream, cu_graph *graph) {
    pthread_mutex_lock(&lock);
    const int32_t code = note(AT_capture_end);
    *graph = stream->capture;
    stream->capture = NULL;
    pthread_mutex_unlock(&lock);
    if (*graph == NULL) {
        return BAD_VALUE;
    }
    if (code != 0) {
        free((*graph)->tasks);
        free(*graph);
        *graph = NULL;
        made(-1);
    }
    return code;
}

EXPORT cu_result cuGraphInstantiateWithFlags(cu_work *work, cu_graph graph, unsigned long long flags) {
    BEGIN(graph_instantiate)
    *work = calloc(1, sizeof **work);
    (*work)->graph.tasks = calloc(MAX_CAPTURED, sizeof(task));
    (*work)->graph.count = graph->count;
    memcpy((*work)->graph.tasks, graph->tasks, (size_t) graph->count * sizeof(task));
    made(1);
    return flags == 0 ? CU_SUCCESS : BAD_VALUE;
}

EXPORT cu_result cuGraphDestroy(cu_graph graph) {
    BEGIN_WITHOUT(graph_destroy)
    free(graph->tasks);
    free(graph);
    made(-1);
    return CU_SUCCESS;
}

EXPORT cu_result cuGraphLaunch(cu_work work, cu_stream stream) {
    BEGIN(work_launch)
    cu_result result = CU_SUCCESS;
    for (int i = 0; i < work->graph.count && result == CU_SUCCESS; i++) {
        result = enqueue(stream, work->graph.tasks[i]);
    }
    return result;
}

EXPORT cu_result cuGraphExecDestroy(cu_work work) {
    BEGIN_WITHOUT(work_destroy)
    free(work->graph.tasks);
    free(work);
    made(-1);
    return CU_SUCCESS;
}

/* ---- what plug-ins call and the bridge does not ---- */

/* CUDA_MEMCPY2D. */
typedef struct copy_2d {
    size_t from_x, from_y;
    uint32_t from_type;
    const void *from_host;
    cu_pointer from;
    void *from_array;
    size_t from_pitch, to_x, to_y;
    uint32_t to_type;
    void *to_host;
    cu_pointer to;
    void *to_array;
    size_t to_pitch, width, rows;
} copy_2d;

/* Between places of the device alone. */
EXPORT cu_result cuMemcpy2DAsync_v2(const copy_2d *copied, cu_stream stream) {
    cu_result result = has_context ? CU_SUCCESS : NO_CONTEXT;
    if (copied->from_pitch == copied->width && copied->to_pitch == copied->width && result == CU_SUCCESS) {
        return enqueue(stream, (task) {.operation = COPY, .to = of_device(copied->to), .from = of_device(copied->from),
                                       .bytes = copied->width * copied->rows});
    }
    for (size_t row = 0; row < copied->rows && result == CU_SUCCESS; row++) {
        result = enqueue(stream, (task) {.operation = COPY, .to = of_device(copied->to + row * copied->to_pitch),
                                         .from = of_device(copied->from + row * copied->from_pitch),
                                         .bytes = copied->width});
    }
    return result;
}

EXPORT cu_result cuMemsetD2D8Async(cu_pointer pointer, size_t pitch, unsigned char value, size_t width, size_t rows,
                                   cu_stream stream) {
    cu_result result = has_context ? CU_SUCCESS : NO_CONTEXT;
    for (size_t row = 0; row < rows && result == CU_SUCCESS; row++) {
        result = enqueue(stream, (task) {.operation = SET, .to = of_device(pointer + row * pitch), .bytes = width,
                                         .value = value});
    }
    return result;
}

/* ---- driver, devices, contexts ---- */

EXPORT cu_result cuInit(unsigned flags) {
    BEGIN_WITHOUT(init)
    return flags == 0 ? number("RILL_SIMULATOR_INIT", CU_SUCCESS) : BAD_VALUE;
}

EXPORT cu_result cuDriverGetVersion(int *version) {
    BEGIN_WITHOUT(driver_version)
    *version = number("RILL_SIMULATOR_VERSION", 13000);
    return CU_SUCCESS;
}

EXPORT cu_result cuDeviceGetCount(int *count) {
    BEGIN_WITHOUT(device_count)
    *count = number("RILL_SIMULATOR_DEVICES", 1);
    return CU_SUCCESS;
}

EXPORT cu_result cuDeviceGet(cu_device *device, int ordinal) {
    BEGIN_WITHOUT(device_get)
    *device = ordinal;
    return CU_SUCCESS;
}

EXPORT cu_result cuDeviceGetName(char *name, int length, cu_device device) {
    BEGIN_WITHOUT(device_name)
    snprintf(name, (size_t) length, "Rill simulator %d", device);
    return CU_SUCCESS;
}

EXPORT cu_result cuDeviceTotalMem_v2(size_t *bytes, cu_device device) {
    BEGIN_WITHOUT(device_memory)
    (void) device;
    *bytes = (size_t) 1 << 30;
    return CU_SUCCESS;
}

EXPORT cu_result cuDeviceGetAttribute(int *value, int attribute, cu_device device) {
    BEGIN_WITHOUT(device_attribute)
    (void) device;
    *value = attribute == CU_ATTRIBUTE_WRITE_VALUE_64 ? can_write
        : attribute == CU_ATTRIBUTE_COPY_ENGINES ? 2 : attribute == CU_ATTRIBUTE_MAJOR ? 9 : 0;
    return CU_SUCCESS;
}

EXPORT cu_result cuDevicePrimaryCtxRetain(cu_context *context, cu_device device) {
    BEGIN_WITHOUT(context_retain)
    (void) device;
    pthread_mutex_lock(&lock);
    context_users++;
    pthread_mutex_unlock(&lock);
    *context = (cu_context) &context_object;
    return CU_SUCCESS;
}

EXPORT cu_result cuDevicePrimaryCtxRelease_v2(cu_device device) {
    BEGIN_WITHOUT(context_release)
    (void) device;
    pthread_mutex_lock(&lock);
    context_users--;
    pthread_mutex_unlock(&lock);
    return CU_SUCCESS;
}

EXPORT cu_result cuCtxSetCurrent(cu_context context) {
    BEGIN_WITHOUT(context_set)
    has_context = context != NULL;
    return CU_SUCCESS;
}
