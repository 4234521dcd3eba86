/* What the files of the CUDA device share. */
#ifndef RILL_CUDA_H
#define RILL_CUDA_H

#include "rill_driver.h"
#include "rill_instance.h"
#include "rill_kernel_args.h"
#include "rill_tensor_args.h"

#define RILL_CUDA_BLOCK_X 64
#define RILL_CUDA_BLOCK_Y 4
#define RILL_CUDA_STEP_NS 1000000

enum { STREAM_IN, STREAM_COMPUTE, STREAM_OUT, STREAMS };

/* What is measured of a frame, each by two events. */
enum { SPAN_COPY_IN, SPAN_MODEL, SPAN_COPY_OUT, SPANS };

/* One frame in as many is measured; not the first ones, which load what later ones have. */
#define RILL_CUDA_SAMPLE 64

/* Sets of streams that sessions take turns in: while one waits for an event or tells a host, the other copies. */
#define RILL_CUDA_SETS 2

typedef struct rill_cuda {
    rill_device device;
    const rill_driver *driver;
    cu_device ordinal;
    cu_context context;
    cu_module module;
    cu_function complete; /* the kernel that tells the host, or NULL where the driver can write values itself */
    cu_stream streams[RILL_CUDA_SETS][STREAMS];
    _Atomic uint32_t sessions; /* opened so far */
    pthread_mutex_t loading;   /* guards the field below */
    cu_module tensors;         /* kernels between frames and tensors, once a session needs them */
} rill_cuda;

/* What a plug-in does with one place of the window, launched as one. */
typedef struct rill_cuda_graph {
    cu_work work;
    rill_values values; /* that it was captured with */
} rill_cuda_graph;

/* What sessions of plug-ins have besides. */
typedef struct rill_cuda_plugin {
    cu_pointer memory;     /* both tensors and the taps of the conversions; 0 for plug-ins that take frames */
    cu_pointer tensors[2]; /* in and out: the frames of a session use them one after the other */
    cu_function convert_in;
    cu_function convert_out;
    rill_tensor_args in;
    rill_tensor_args out;
    cu_stream capturing;    /* NULL when nothing is captured, or no more */
    rill_cuda_graph *graphs; /* by record */
    rill_values latest;
    bool has_latest;
} rill_cuda_plugin;

typedef struct rill_cuda_session {
    const cu_stream *streams; /* one set of the device's */
    cu_function kernel;   /* of a built-in model */
    rill_cuda_plugin *plugin; /* or NULL */
    cu_pointer memory;    /* by record: source, then result */
    uint64_t slot_stride;
    uint64_t first_byte;  /* used bytes of a slot, from the first plane to the end of the last */
    uint64_t used_bytes;
    cu_pointer completed; /* the host's counter, as the device sees it */
    cu_event *events;     /* by record: copied in, worked on */
    uint32_t event_count;
    cu_event spans[SPANS][2];
    _Atomic uint64_t sampled; /* one more than the ticket of the frame that is measured, 0 while none is */
    rill_kernel_args args;
    unsigned grid_x;
    unsigned grid_y;
    bool is_registered;
} rill_cuda_session;

/* rill_cuda.c: the text of a failed call, with the answer for the caller. */
int32_t rill_cuda_failed(const char *what, cu_result code, int32_t answer);
/* Makes the device's context current on the calling thread, which may be another one with each call. */
void rill_cuda_enter(const rill_cuda *cuda);
/* The same behind code of others, which may have made another one current. */
void rill_cuda_enter_again(const rill_cuda *cuda);
/* Loads kernels; the driver's log is part of the failure's text. */
int32_t rill_cuda_load(const rill_cuda *cuda, const char *text, cu_module *module);

/* rill_cuda_session.c */
int32_t rill_cuda_attach(rill_session *session);
void rill_cuda_detach(rill_session *session);

/* rill_cuda_plugin.c */
int32_t rill_cuda_plugin_attach(rill_session *session);
void rill_cuda_plugin_detach(rill_session *session);
/* Puts the frame's work on the compute stream; the status of a frame that the plug-in fails is RILL_KERNEL_FAILED. */
cu_result rill_cuda_plugin_enqueue(rill_session *session, const rill_job *job, cu_pointer in, cu_pointer out,
                                   int32_t *status);

/* rill_cuda_graph.c: work that is captured once for each place of the window, and launched as one. */
typedef cu_result (*rill_cuda_steps)(rill_session *session, const rill_job *job, cu_stream stream, cu_pointer in,
                                     cu_pointer out, int32_t *status);
int32_t rill_cuda_graphs_open(rill_session *session);
void rill_cuda_graphs_close(rill_session *session);
/* The captured work of a frame, or NULL: then its steps are taken one by one. */
cu_work rill_cuda_graph_of(rill_session *session, const rill_job *job, rill_cuda_steps steps, cu_pointer in,
                           cu_pointer out);

/* rill_cuda_times.c */
int32_t rill_cuda_times_open(rill_session *session);
void rill_cuda_times_close(rill_session *session);
/* Whether a frame is the next to be measured. */
bool rill_cuda_is_sampled(const rill_session *session, uint64_t ticket);
/* Records the begin (0) or the end (1) of a span. */
cu_result rill_cuda_stamp(rill_session *session, bool is_sampled, uint32_t span, uint32_t end);
/* Adds what has been measured of frames up to `completed`; under the lock of publishing. */
void rill_cuda_times_take(rill_session *session, uint64_t completed);

/* rill_cuda_copy.c */
int32_t rill_cuda_copy(rill_device *device, rill_pool *pool, uint64_t bytes, uint32_t rounds, uint32_t directions,
                       int64_t *ns);

/* rill_cuda_frame.c */
int32_t rill_cuda_start(rill_session *session, rill_job *job);
void rill_cuda_reap(rill_session *session);
int32_t rill_cuda_check(rill_session *session);

#endif
