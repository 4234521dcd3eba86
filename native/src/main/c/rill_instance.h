/* Plug-ins at work: what a library exports, and one instance of it for each session. */
#ifndef RILL_INSTANCE_H
#define RILL_INSTANCE_H

#include "rill_plugin.h"
#include "rill_tensor.h"

#define RILL_FAILURE_BYTES 256

/* An open library. */
typedef struct rill_library {
    void *loaded;
    const rill_plugin *table;
    rill_plugin_description description;
    rill_model model;
} rill_library;

typedef struct rill_instance {
    const rill_library *library;
    void *object;              /* the plug-in's own */
    rill_converter *converter; /* NULL for plug-ins that take frames */
    uint8_t *tensors[2];       /* on a CPU: in and out */
    bool is_rehearsing; /* its work is captured: what fails is no frame's failure */
    pthread_mutex_t guard;
    char failure[RILL_FAILURE_BYTES];
} rill_instance;

/* Opens an instance for a session; `kind` and `ordinal` of its device. */
int32_t rill_instance_open(rill_session *session, uint32_t kind, uint32_t ordinal);
/* Once no frame is left; also of a session without one. */
void rill_instance_close(rill_session *session);
/* Lets the plug-in work; RILL_OK, or RILL_KERNEL_FAILED and the text of it is kept. */
int32_t rill_instance_enqueue(rill_instance *instance, const rill_job *job, uint64_t stream, uint64_t in, uint64_t out);
/* A frame from slot to slot on the calling thread, through tensors if it takes those. */
int32_t rill_instance_run(rill_instance *instance, const rill_job *job);

#endif
