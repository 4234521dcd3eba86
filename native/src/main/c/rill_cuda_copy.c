/* Copies between pinned memory and a CUDA device, for their time alone. */
#include "rill_cuda.h"

#define WARM_UP_ROUNDS 2 /* a bus that was idle begins slowly */

static cu_result await_idle(const rill_cuda *cuda, cu_stream stream) {
    cu_result code = CU_NOT_READY;
    while (code == CU_NOT_READY) {
        code = cuda->driver->stream_query(stream);
    }
    return code;
}

static cu_result copy(const rill_cuda *cuda, const rill_pool *pool, cu_pointer memory, uint64_t bytes, uint32_t rounds,
                      uint32_t directions) {
    uint8_t *in = pool->memory.base;
    uint8_t *out = in + pool->slot_stride;
    cu_result code = CU_SUCCESS;
    for (uint32_t i = 0; i < rounds && code == CU_SUCCESS; i++) {
        if ((directions & RILL_COPY_IN) != 0) {
            code = cuda->driver->copy_in(memory, in, bytes, cuda->streams[0][STREAM_IN]);
        }
        if (code == CU_SUCCESS && (directions & RILL_COPY_OUT) != 0) {
            code = cuda->driver->copy_out(out, memory + pool->slot_stride, bytes, cuda->streams[0][STREAM_OUT]);
        }
    }
    code = code ? code : await_idle(cuda, cuda->streams[0][STREAM_IN]);
    return code ? code : await_idle(cuda, cuda->streams[0][STREAM_OUT]);
}

int32_t rill_cuda_copy(rill_device *device, rill_pool *pool, uint64_t bytes, uint32_t rounds, uint32_t directions,
                       int64_t *ns) {
    const rill_cuda *cuda = (const rill_cuda *) device;
    cu_pointer memory = 0;
    rill_cuda_enter(cuda);
    cu_result code = cuda->driver->memory_alloc(&memory, 2 * pool->slot_stride);
    if (code != CU_SUCCESS) {
        return rill_cuda_failed("copies", code, RILL_NO_MEMORY);
    }
    code = copy(cuda, pool, memory, bytes, WARM_UP_ROUNDS, directions);
    const int64_t begin_ns = rill_now_ns();
    code = code ? code : copy(cuda, pool, memory, bytes, rounds, directions);
    *ns = rill_now_ns() - begin_ns;
    cuda->driver->memory_free(memory);
    return code == CU_SUCCESS ? RILL_OK : rill_cuda_failed("copies", code, RILL_DEVICE_LOST);
}
