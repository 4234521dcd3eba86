/* Finds the CUDA driver library, once in a process, and names what is wrong where it cannot be used. */
#define _GNU_SOURCE
#include "rill_driver.h"
#include "rill_internal.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libcuda.so.1"
#define LIBRARY_VARIABLE "RILL_CUDA_LIBRARY"
#define REFUSAL_BYTES 256

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
static bool tried;
static rill_driver driver;
static char chosen[4096];
static char refusal[REFUSAL_BYTES];

static const struct {
    cu_result code;
    const char *text;
} texts[] = {
    {1, "invalid value"},
    {2, "out of memory"},
    {3, "driver not initialised"},
    {4, "driver is shutting down"},
    {34, "the library is a stub of a toolkit, not a driver"},
    {36, "the driver is too old for this request"},
    {46, "device is in use by another process"},
    {100, "no CUDA device"},
    {101, "invalid device"},
    {200, "invalid kernel image"},
    {201, "invalid context"},
    {209, "no kernel image for this GPU"},
    {214, "uncorrectable ECC error"},
    {218, "invalid PTX"},
    {221, "JIT compiler not found (libnvidia-ptxjitcompiler.so.1; containers need the capability 'compute')"},
    {222, "PTX version not supported by this driver"},
    {223, "JIT compilation is disabled"},
    {304, "operating system call failed"},
    {400, "invalid handle"},
    {500, "symbol not found"},
    {600, "not ready"},
    {700, "illegal address"},
    {702, "launch timed out"},
    {710, "assertion in a kernel"},
    {715, "illegal instruction"},
    {716, "misaligned address"},
    {717, "invalid address space"},
    {718, "invalid program counter"},
    {719, "launch failed"},
    {800, "operation not permitted"},
    {801, "not supported"},
    {802, "system not yet ready (fabric manager?)"},
    {803, "driver library and kernel driver do not match"},
    {804, "forward compatibility is not supported on this GPU"},
    {900, "not allowed while a stream is captured"},
    {901, "what was captured cannot be a graph"},
    {999, "unknown error"},
};

const char *rill_driver_text(cu_result code) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].code == code) {
            return texts[i].text;
        }
    }
    return "see cuda.h";
}

static void refuse(const char *what, cu_result code) {
    snprintf(refusal, sizeof refusal, "%s: error %d, %s", what, code, rill_driver_text(code));
}

static bool resolve(void *library) {
#define RESOLVE(field, name, parameters) \
    *(void **) &driver.field = dlsym(library, name); \
    if (driver.field == NULL) { \
        snprintf(refusal, sizeof refusal, "the CUDA driver has no %s: expected one of CUDA 12.0 (525) or newer", name); \
        return false; \
    }
    RILL_DRIVER_FUNCTIONS(RESOLVE)
#undef RESOLVE
    driver.is_simulator = dlsym(library, "rill_simulator") != NULL;
    return true;
}

static bool start(void) {
    cu_result code = driver.init(0);
    if (code != CU_SUCCESS) {
        refuse("cuInit", code);
        return false;
    }
    code = driver.driver_version(&driver.version);
    if (code != CU_SUCCESS || driver.version < RILL_MIN_DRIVER_VERSION) {
        snprintf(refusal, sizeof refusal, "the CUDA driver is of CUDA %d.%d: expected 12.0 (525) or newer",
                 driver.version / 1000, driver.version % 1000 / 10);
        return false;
    }
    code = driver.device_count(&driver.devices);
    if (code != CU_SUCCESS || driver.devices == 0) {
        refuse("cuDeviceGetCount", code == CU_SUCCESS ? 100 : code);
        return false;
    }
    return true;
}

/* The library stays loaded: drivers do not survive being unloaded. */
static void load(void) {
    const char *variable = getenv(LIBRARY_VARIABLE);
    const char *file = chosen[0] != 0 ? chosen : variable != NULL && variable[0] != 0 ? variable : LIBRARY;
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(refusal, sizeof refusal, "no CUDA driver: %s", dlerror());
    } else if (resolve(library) && start()) {
        refusal[0] = 0;
    }
}

const rill_driver *rill_driver_get(const char **reason) {
    pthread_mutex_lock(&loading);
    if (!tried) {
        tried = true;
        load();
    }
    pthread_mutex_unlock(&loading);
    *reason = refusal;
    return refusal[0] == 0 ? &driver : NULL;
}

int32_t rill_driver_library(uint64_t path) {
    const char *file = (const char *) (uintptr_t) path;
    if (file == NULL || strlen(file) >= sizeof chosen) {
        return rill_fail(RILL_BAD_ARGUMENT, "driver library: expected a path of less than %zu bytes", sizeof chosen);
    }
    pthread_mutex_lock(&loading);
    const bool late = tried;
    if (!late) {
        strcpy(chosen, file);
    }
    pthread_mutex_unlock(&loading);
    return late ? rill_fail(RILL_BUSY, "driver library: %s comes too late, a driver was asked for already", file)
                : RILL_OK;
}
