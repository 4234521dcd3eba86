/* What the files of the CUDA device share. */
#ifndef RILL_CUDA_H
#define RILL_CUDA_H

#include "rill_driver.h"
#include "rill_internal.h"
#include "rill_kernel_args.h"

#define RILL_CUDA_BLOCK_X 64
#define RILL_CUDA_BLOCK_Y 4
#define RILL_CUDA_STEP_NS 1000000

enum { STREAM_IN, STREAM_COMPUTE, STREAM_OUT, STREAMS };

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
} rill_cuda;

typedef struct rill_cuda_session {
    const cu_stream *streams; /* one set of the device's */
    cu_function kernel;
    cu_pointer memory;    /* by record: source, then result */
    uint64_t slot_stride;
    uint64_t first_byte;  /* used bytes of a slot, from the first plane to the end of the last */
    uint64_t used_bytes;
    cu_pointer completed; /* the host's counter, as the device sees it */
    cu_event *events;     /* by record: copied in, worked on */
    uint32_t event_count;
    rill_kernel_args args;
    unsigned grid_x;
    unsigned grid_y;
    bool is_registered;
} rill_cuda_session;

/* rill_cuda.c: the text of a failed call, with the answer for the caller. */
int32_t rill_cuda_failed(const char *what, cu_result code, int32_t answer);
/* Makes the device's context current on the calling thread, which may be another one with each call. */
void rill_cuda_enter(const rill_cuda *cuda);

/* rill_cuda_session.c */
int32_t rill_cuda_attach(rill_session *session);
void rill_cuda_detach(rill_session *session);

/* rill_cuda_copy.c */
int32_t rill_cuda_copy(rill_device *device, rill_pool *pool, uint64_t bytes, uint32_t rounds, uint32_t directions,
                       int64_t *ns);

/* rill_cuda_frame.c */
int32_t rill_cuda_start(rill_session *session, rill_job *job);
void rill_cuda_reap(rill_session *session);
int32_t rill_cuda_check(rill_session *session);

#endif
