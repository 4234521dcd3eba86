/*
 * rill.h - C ABI of the Rill native library, version 4.
 *
 * Conventions
 *   - Every function returns int32_t: 0 (RILL_OK) or a positive count is good, negative is one of the codes below.
 *     rill_last_error() gives the text of the calling thread's latest failure.
 *   - Handles are uint64_t: generation (upper 32 bits) | kind (8 bits) | index (24 bits). They are checked on every use;
 *     a stale one answers RILL_BAD_HANDLE, never a crash. 0 is no handle.
 *   - Addresses are uint64_t. Strings are UTF-8, copied into the caller's buffer and always terminated.
 *   - Structures begin with their size in bytes and their version, filled in by the caller; a size below the one that
 *     this library knows, or another version, is refused. Byte order is the machine's. No hidden padding: every gap is
 *     a named reserved field. rill_layout() exports sizes and offsets, so that a binding can check itself at start.
 *   - No function blocks, except those that have a time-out, and those for no longer than it says; rill_link_close waits
 *     until calls on its link have returned, which it makes them do.
 *   - Every function may be called by any thread. rill_submit() on one session belongs to one thread at a time.
 *   - Times are nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef RILL_H
#define RILL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_ABI_VERSION 5
#define RILL_STRUCT_VERSION 1

#define RILL_API __attribute__((visibility("default")))

/* ---- result codes and completion statuses ------------------------------------------------------------------------ */

#define RILL_OK 0
#define RILL_BACK_PRESSURED (-1)  /* window or device queue full: poll, then submit the same ticket again             */
#define RILL_CLOSED (-2)          /* the session is closing                                                           */
#define RILL_BAD_SLOT (-3)        /* unknown pool, index out of range, other device or format, or in equals out for a
                                     model that does not pass frames through                                        */
#define RILL_DEVICE_LOST (-4)     /* the device will never run anything again                                         */
#define RILL_CANCELLED (-5)       /* status only: the session closed before the device began                          */
#define RILL_KERNEL_FAILED (-6)   /* status only: the model failed on this frame; the result slot is undefined         */
#define RILL_BAD_ARGUMENT (-7)
#define RILL_BAD_HANDLE (-8)
#define RILL_BUSY (-9)            /* a pool with frames in flight, a device with sessions                             */
#define RILL_TIMEOUT (-10)        /* closing did not finish in time; a frame still runs: close again                 */
#define RILL_NO_MEMORY (-11)
#define RILL_UNSUPPORTED (-12)    /* unknown device index or model                                                    */
#define RILL_BAD_TICKET (-13)     /* tickets of a session count 0, 1, 2, ...                                          */
#define RILL_BAD_PARAMETER (-14)  /* wrong count, not a number, or out of range                                       */

/* ---- limits ------------------------------------------------------------------------------------------------------ */

#define RILL_MAX_OPEN 1024 /* devices, pools, sessions, converters, plug-ins, regions, links of one process, of each kind */
#define RILL_MAX_THREADS 64
#define RILL_MAX_WINDOW 256
#define RILL_MAX_SLOTS 4096
#define RILL_MAX_PLANES 3
#define RILL_MAX_PARAMETERS 13
#define RILL_MIN_DIMENSION 2
#define RILL_MAX_DIMENSION 16384
#define RILL_TAIL_PADDING 64
/* Largest slot, in bytes: 4 GiB, so that sizes of pools cannot overflow. */
#define RILL_MAX_SLOT_BYTES (1ull << 32)
#define RILL_MODEL_NAME_BYTES 32
#define RILL_TEXT_BYTES 128

/* ---- device list ------------------------------------------------------------------------------------------------- */

#define RILL_KIND_CPU 1
#define RILL_KIND_CUDA 2
#define RILL_KIND_SIMULATOR 3 /* a stand-in for the CUDA driver that tests bring; says nothing about a GPU */

#define RILL_CAPABILITY_I420 1u
#define RILL_CAPABILITY_NV12 2u
#define RILL_CAPABILITY_AVX2 4u
#define RILL_CAPABILITY_AVX512 8u
#define RILL_CAPABILITY_WRITE_64 16u    /* the device raises the completion counter without a kernel */
#define RILL_CAPABILITY_IPC 32u         /* device memory can be shared with other processes */
#define RILL_CAPABILITY_WHOLE_SLOTS 64u /* padding between the first and the last used byte of a result becomes 0 */

typedef struct rill_device_info { /* 424 bytes */
    uint32_t size;
    uint32_t version;
    uint32_t index;        /* what rill_device_open takes */
    uint32_t kind;         /* RILL_KIND_* */
    uint32_t usable;       /* 1 or 0 */
    uint32_t capabilities; /* RILL_CAPABILITY_* */
    char name[16];
    char description[128];
    char refusal[256];     /* empty when usable */
} rill_device_info;

typedef struct rill_device_options { /* 16 bytes */
    uint32_t size;
    uint32_t version;
    uint32_t threads;      /* 1..RILL_MAX_THREADS */
    uint32_t reserved;
} rill_device_options;

/* ---- frames ------------------------------------------------------------------------------------------------------ */

#define RILL_PIXEL_I420 0u /* planes Y, U, V */
#define RILL_PIXEL_NV12 1u /* planes Y, UV interleaved */

/*
 * 8-bit YUV 4:2:0. Planes follow each other without overlap; used widths and rows are those of the picture
 * (I420 chroma: width/2 bytes; NV12 chroma: width bytes; height/2 rows). Bytes outside the used ones are never written,
 * but for padding between them on devices with RILL_CAPABILITY_WHOLE_SLOTS, which copy a picture in one piece.
 */
/* What samples mean: ITU-R BT.601 or BT.709; limited range is 16 to 235 (chroma 240), full 0 to 255. */
#define RILL_COLOURS_BT601_LIMITED 0u
#define RILL_COLOURS_BT601_FULL 1u
#define RILL_COLOURS_BT709_LIMITED 2u
#define RILL_COLOURS_BT709_FULL 3u

typedef struct rill_format { /* 96 bytes */
    uint32_t size;
    uint32_t version;
    uint32_t pixel_format;
    uint32_t width;  /* even, RILL_MIN_DIMENSION..RILL_MAX_DIMENSION */
    uint32_t height; /* same */
    uint32_t plane_count;
    uint64_t plane_offset[RILL_MAX_PLANES]; /* from the start of the slot */
    uint32_t plane_stride[RILL_MAX_PLANES];
    uint32_t plane_width[RILL_MAX_PLANES];  /* bytes used per row */
    uint32_t plane_rows[RILL_MAX_PLANES];   /* rows used */
    uint32_t colours;    /* RILL_COLOURS_* */
    uint64_t slot_bytes; /* multiple of 64, at least RILL_TAIL_PADDING behind the last used byte */
} rill_format;

#define RILL_POOL_WRITABLE 1u /* processes that a link shares the pool with may write it: for results */

typedef struct rill_pool_info { /* 40 bytes, filled by rill_pool_create */
    uint32_t size;
    uint32_t version;
    uint64_t pool;        /* handle */
    uint64_t base;        /* address of slot 0, page aligned, zeroed */
    uint64_t slot_stride; /* distance between slots, a multiple of 4096 */
    uint32_t slots;
    uint32_t reserved;
} rill_pool_info;

/* ---- tensors ----------------------------------------------------------------------------------------------------- */

#define RILL_TENSOR_F32 0u
#define RILL_TENSOR_F16 1u /* IEEE 754 binary16 */
#define RILL_TENSOR_U8 2u  /* rounded, 0 to 255 */

#define RILL_TENSOR_PLANAR 0u      /* three planes of height * width values */
#define RILL_TENSOR_INTERLEAVED 1u /* height * width times three values */

#define RILL_FIT_STRETCH 0u   /* the whole frame becomes the whole tensor */
#define RILL_FIT_CROP 1u      /* the middle of the frame, of the tensor's proportions, becomes the whole tensor */
#define RILL_FIT_LETTERBOX 2u /* the whole frame, of its own proportions, lies in the middle of the tensor */

#define RILL_FILTER_BILINEAR 0u /* half-pixel centres; more than halving leaves pixels out */
#define RILL_FILTER_AREA 1u     /* the mean of what a pixel covers */

#define RILL_BASIS_SAMPLES 0u /* Y, U and V, 0 to 255 as they are stored */
#define RILL_BASIS_RGB 1u     /* red, green and blue, 0 to 1, mixed as the colours of the frame's format say */

/*
 * What a model takes and gives instead of a frame, without gaps. Channel c of a pixel is
 * forward[4c] * A + forward[4c+1] * B + forward[4c+2] * C + forward[4c+3], where A, B and C are its values in the basis, each
 * chroma sample standing for its four pixels; scaling and normalisation are in there. Back, A, B and C are the same by
 * `backward` of channels 0, 1 and 2; samples are rounded to 0 to 255, chroma from the mean of its four pixels; NaN becomes 0.
 */
typedef struct rill_tensor { /* 144 bytes */
    uint32_t size;
    uint32_t version;
    uint32_t type;   /* RILL_TENSOR_* */
    uint32_t layout; /* RILL_TENSOR_* */
    uint32_t width;  /* 1..RILL_MAX_DIMENSION */
    uint32_t height; /* same */
    uint32_t fit;    /* RILL_FIT_* */
    uint32_t filter; /* RILL_FILTER_* */
    float forward[12];
    float backward[12];
    float fill[3];   /* channels of what a letterbox leaves free */
    uint32_t basis;  /* RILL_BASIS_* */
} rill_tensor;

/* ---- models of others -------------------------------------------------------------------------------------------- */

typedef struct rill_parameter_info { /* 184 bytes */
    double minimum;
    double maximum;
    double otherwise; /* what it is unless somebody sets it */
    char name[RILL_MODEL_NAME_BYTES];
    char description[RILL_TEXT_BYTES];
} rill_parameter_info;

typedef struct rill_plugin_info { /* 2576 bytes, filled by rill_plugin_open */
    uint32_t size;
    uint32_t version;
    uint64_t plugin; /* handle */
    uint32_t parameter_count;
    uint32_t reserved;
    char name[RILL_MODEL_NAME_BYTES];
    char description[RILL_TEXT_BYTES];
    rill_parameter_info parameters[RILL_MAX_PARAMETERS];
} rill_plugin_info;

/* ---- other processes --------------------------------------------------------------------------------------------- */

typedef struct rill_region_info { /* 24 bytes, filled by rill_region_create */
    uint32_t size;
    uint32_t version;
    uint64_t region; /* handle */
    uint64_t base;   /* address, page aligned, zeroed; others that it is shared with may write it */
} rill_region_info;

#define RILL_MESSAGE_SHARE 1u /* comes with a descriptor (SCM_RIGHTS) of memory with `value` bytes, called `tag` from now on */
#define RILL_MESSAGE_POST 2u  /* `value` is what rill_link_post got */

/* What the other process receives, one per packet; what it sends back only wakes rill_link_wait. */
typedef struct rill_link_message { /* 16 bytes */
    uint32_t kind; /* RILL_MESSAGE_* */
    uint32_t tag;
    uint64_t value;
} rill_link_message;

/* ---- sessions ---------------------------------------------------------------------------------------------------- */

typedef struct rill_session_options { /* 168 bytes */
    uint32_t size;
    uint32_t version;
    uint32_t parameter_count; /* what the caller believes the model to take */
    uint32_t window;          /* 1..RILL_MAX_WINDOW tickets in flight */
    uint64_t completion_block; /* address of a zeroed rill_completion_block, 64-byte aligned, valid until closed */
    uint64_t completion_bytes; /* 256 + 64 * (window rounded up to a power of two), or more */
    char model[RILL_MODEL_NAME_BYTES]; /* of a built-in model */
    rill_format format;
    uint64_t plugin; /* handle of the model instead, or 0 */
} rill_session_options;

/* Copied by rill_submit before it returns. */
typedef struct rill_parameters { /* 128 bytes */
    uint32_t size;
    uint32_t version;
    uint64_t parameter_version; /* handed back in the completion */
    uint32_t count;             /* equals the model's */
    uint32_t reserved;
    double values[RILL_MAX_PARAMETERS];
} rill_parameters;

/* How long a session's frames took on its device, summed over those that were measured; each by the device's own clock. */
typedef struct rill_times { /* 40 bytes */
    uint32_t size;
    uint32_t version;
    uint64_t frames;      /* measured: all that succeed on a CPU, about one in 64 on CUDA */
    uint64_t copy_in_ns;  /* 0 on a CPU */
    uint64_t model_ns;    /* with conversions to tensors and back */
    uint64_t copy_out_ns;
} rill_times;

#define RILL_STATE_OPEN 1
#define RILL_STATE_CLOSING 2
#define RILL_STATE_LOST 4

typedef struct rill_completion { /* 64 bytes */
    uint64_t ticket;
    int32_t status; /* RILL_OK or why there is no result */
    uint32_t reserved;
    uint64_t in;  /* address of the input slot */
    uint64_t out; /* address of the result slot */
    uint64_t parameter_version;
    int64_t start_ns; /* CPU: when a worker began; CUDA: when it was submitted */
    int64_t end_ns;   /* 0 where the device does not tell: then it is when the host sees the completion */
    uint64_t reserved2;
} rill_completion;

/*
 * Shared memory between a session and its host; one line of 64 bytes per counter, one writer per line.
 * The record of ticket t is records[t mod capacity]. It is valid from the moment `completed` (release store, in ticket
 * order) exceeds t until the host raises `consumed` (release store) above t. There is no poll function.
 * A ticket is in flight, and counts against the window, until the host has consumed it.
 */
typedef struct rill_completion_block { /* 256 bytes, then the records */
    uint64_t submitted; /* line 0, written by rill_submit */
    uint64_t line0[7];
    uint64_t completed; /* line 1, written by the device */
    uint64_t line1[7];
    int32_t state;      /* line 2, written by the library: RILL_STATE_* */
    int32_t state_reserved;
    uint64_t line2[7];
    uint64_t consumed;  /* line 3, written by the host */
    uint64_t line3[7];
    rill_completion records[];
} rill_completion_block;

/* ---- functions --------------------------------------------------------------------------------------------------- */

/* The number RILL_ABI_VERSION of the library. */
RILL_API int32_t rill_abi_version(void);

/* Copies the calling thread's latest error text; returns its length without terminator (it may have been cut). */
RILL_API int32_t rill_last_error(uint64_t buffer, uint32_t bytes);

/* Copies sizes and offsets (int32_t, order in rill_layout.c); returns how many there are, also when fewer fit. */
RILL_API int32_t rill_layout(uint64_t table, uint32_t capacity);

/*
 * Names the file of the CUDA driver, before anything of this library asks for one; RILL_BUSY afterwards. Otherwise it is
 * what the environment variable RILL_CUDA_LIBRARY says, or libcuda.so.1.
 */
RILL_API int32_t rill_driver_library(uint64_t path);

/*
 * Fills up to `capacity` entries of an array; returns how many devices there are. 0 is the CPU; behind it are those of
 * the CUDA driver, or one that says why there is none.
 */
RILL_API int32_t rill_probe(uint64_t infos, uint32_t capacity);

/* Fills one entry of that list; what is said of device 0 does not touch the driver of any other. */
RILL_API int32_t rill_describe(uint32_t index, uint64_t info);

/* Opens device `index` of the list with rill_device_options; writes a handle to *device. */
RILL_API int32_t rill_device_open(uint32_t index, uint64_t options, uint64_t device);

/*
 * Scripts a fault for tests: each later job first waits `delay_ns`, then completes with `status` without running when
 * that is not RILL_OK. RILL_DEVICE_LOST also refuses later submissions, for ever.
 */
RILL_API int32_t rill_device_fault(uint64_t device, uint64_t delay_ns, int32_t status);

#define RILL_COPY_IN 1u  /* to the device */
#define RILL_COPY_OUT 2u /* from it */

/*
 * Measures what copies alone cost: `rounds` of them, each of the first `bytes` of slot 0 to the device (RILL_COPY_IN), to slot
 * 1 from it (RILL_COPY_OUT), or both at once, one behind the other; writes the nanoseconds of one round to *ns, a double.
 * Waits for them, allocates, and disturbs sessions: not for the path of frames. On a CPU device a copy is a memcpy from slot 0
 * to slot 1, whatever the direction.
 */
RILL_API int32_t rill_device_copies_await(uint64_t device, uint64_t pool, uint64_t bytes, uint32_t rounds,
                                          uint32_t directions, uint64_t ns);

/*
 * Ends the worker threads. RILL_BUSY while sessions are open. Otherwise the handle is gone, on RILL_TIMEOUT with threads
 * left behind. Pools stay valid until they are closed themselves.
 */
RILL_API int32_t rill_device_close(uint64_t device, uint64_t timeout_ns);

/*
 * Allocates `slots` slots for a rill_format; fills the rill_pool_info at `info`. Flags: RILL_POOL_WRITABLE. The memory of
 * a pool is one sealed memfd, which links can share; on CUDA devices it is registered with the driver, hence pinned.
 */
RILL_API int32_t rill_pool_create(uint64_t device, uint64_t format, uint32_t slots, uint32_t flags, uint64_t info);

/* Frees the memory. RILL_BUSY while a frame of the pool is in flight. */
RILL_API int32_t rill_pool_close(uint64_t pool);

/* Opens a session with rill_session_options; writes a handle to *session. */
RILL_API int32_t rill_session_open(uint64_t device, uint64_t options, uint64_t session);

/*
 * Queues one frame; never blocks, allocates nothing. Both slots must stay untouched by the host until the completion.
 * For 'identity' they may be one and the same, which then is not written.
 * RILL_OK, RILL_BACK_PRESSURED, RILL_CLOSED, RILL_BAD_SLOT, RILL_DEVICE_LOST, RILL_BAD_HANDLE, RILL_BAD_TICKET or
 * RILL_BAD_PARAMETER; a refused ticket is used again.
 */
RILL_API int32_t rill_submit(uint64_t session, uint64_t in_pool, uint32_t in_slot, uint64_t out_pool, uint32_t out_slot,
                             uint64_t ticket, uint64_t parameters);

/*
 * Asks the device whether it still lives, for hosts that have waited too long: RILL_OK, or RILL_DEVICE_LOST, and then
 * all frames in flight are completed with that status. Never needed while completions come.
 */
RILL_API int32_t rill_session_check(uint64_t session);

/* Fills a rill_times. */
RILL_API int32_t rill_session_times(uint64_t session, uint64_t times);

/* Copies what a plug-in said of its latest failed frame, empty if nothing; returns the length. */
RILL_API int32_t rill_session_failure(uint64_t session, uint64_t buffer, uint32_t bytes);

/*
 * One thread at a time: refuses new frames, completes those not begun with RILL_CANCELLED and waits for those running.
 * Afterwards the library touches neither the slots nor the completion block. On RILL_TIMEOUT it still may: close again.
 */
RILL_API int32_t rill_session_close(uint64_t session, uint64_t timeout_ns);

/*
 * Loads the shared library at a path, which exports a rill_plugin_table (rill_plugin.h), and fills the rill_plugin_info at
 * `info`; RILL_UNSUPPORTED names what is wrong with it.
 */
RILL_API int32_t rill_plugin_open(uint64_t path, uint64_t info);

/* RILL_BUSY while sessions use it. */
RILL_API int32_t rill_plugin_close(uint64_t plugin);

/* Makes what converts between a rill_format and a rill_tensor; writes a handle to *converter. */
RILL_API int32_t rill_converter_open(uint64_t format, uint64_t tensor, uint64_t converter);

/* Bytes of its tensors, by address of a uint64_t. */
RILL_API int32_t rill_converter_bytes(uint64_t converter, uint64_t bytes);

/*
 * Convert, on the calling thread, one at a time for each converter: from the slot at `frame` to the tensor at `tensor`, and
 * back. What a tensor does not show of a frame (crop) becomes black.
 */
RILL_API int32_t rill_converter_in(uint64_t converter, uint64_t frame, uint64_t tensor);
RILL_API int32_t rill_converter_out(uint64_t converter, uint64_t tensor, uint64_t frame);

/* RILL_BUSY while it converts. */
RILL_API int32_t rill_converter_close(uint64_t converter);

/* Maps memory that a link can share; fills the rill_region_info at `info`. */
RILL_API int32_t rill_region_create(uint64_t bytes, uint64_t info);

/* Unmaps it here; others that have mapped it keep their mapping. */
RILL_API int32_t rill_region_close(uint64_t region);

/*
 * Makes a Unix domain socket (SOCK_SEQPACKET) at a path that does not exist yet, for one process of the same user; writes a
 * handle to *link.
 */
RILL_API int32_t rill_link_listen(uint64_t path, uint64_t link);

/* Waits for the other process; returns its id (0 if unknown here), RILL_TIMEOUT, or RILL_BUSY if there is one already. */
RILL_API int32_t rill_link_await(uint64_t link, uint64_t timeout_ns);

/* Sends the descriptor of a pool or a region; read-only for the other side unless the memory is writable for others. */
RILL_API int32_t rill_link_share(uint64_t link, uint64_t object, uint32_t tag);

/* Sends a message; RILL_BACK_PRESSURED when the socket is full, RILL_CLOSED when the other process is gone. */
RILL_API int32_t rill_link_post(uint64_t link, uint64_t value);

/* Waits for messages of the other process and takes them; returns how many, or RILL_CLOSED once it is gone. */
RILL_API int32_t rill_link_wait(uint64_t link, uint64_t timeout_ns);

/* Ends the connection, and every call that waits on it; removes the socket's file. */
RILL_API int32_t rill_link_close(uint64_t link);

#ifdef __cplusplus
}
#endif

#endif
