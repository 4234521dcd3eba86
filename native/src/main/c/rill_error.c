/* Error texts per thread, and time. */
#include "rill_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TEXT_BYTES 512

static _Thread_local char last_error[TEXT_BYTES];

int32_t rill_fail(int32_t code, const char *text, ...) {
    va_list arguments;
    va_start(arguments, text);
    vsnprintf(last_error, sizeof last_error, text, arguments);
    va_end(arguments);
    return code;
}

int32_t rill_last_error(uint64_t buffer, uint32_t bytes) {
    const size_t length = strlen(last_error);
    if (buffer != 0 && bytes > 0) {
        const size_t copied = length < bytes - 1 ? length : bytes - 1;
        char *target = (char *) (uintptr_t) buffer;
        memcpy(target, last_error, copied);
        target[copied] = 0;
    }
    return (int32_t) length;
}

int32_t rill_abi_version(void) {
    return RILL_ABI_VERSION;
}

int64_t rill_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

void rill_sleep_ns(int64_t ns) {
    struct timespec left = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}
