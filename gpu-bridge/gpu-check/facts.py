"""What the driver of a GPU host says of itself, by ctypes: facts.py KERNELS.ptx OUT.json"""
import ctypes
import json
import os
import subprocess
import sys
import time

ATTRIBUTES = {"copy engines": 40, "compute capability major": 75, "compute capability minor": 76,
              "64-bit stream memory operations": 122, "IPC events": 125, "read-only host registration": 113, "multiprocessors": 16}
LIBRARIES = ("libnvcuvid.so.1", "libnvidia-encode.so.1", "libnvidia-ptxjitcompiler.so.1")
GLOBAL_CAPTURE = 0

cuda = ctypes.CDLL("libcuda.so.1")
u64, voidp = ctypes.c_uint64, ctypes.c_void_p


def call(name, *arguments):
    code = getattr(cuda, name)(*arguments)
    if code != 0:
        raise RuntimeError("%s: error %d" % (name, code))


def attribute(device, number):
    value = ctypes.c_int()
    call("cuDeviceGetAttribute", ctypes.byref(value), number, device)
    return value.value


def has(library):
    try:
        ctypes.CDLL(library)
        return True
    except OSError:
        return False


def load_ms(text):
    module = voidp()
    begin = time.monotonic_ns()
    call("cuModuleLoadDataEx", ctypes.byref(module), text, 0, None, None)
    return (time.monotonic_ns() - begin) / 1e6


def capture():
    """Whether a write of the completion counter can be part of a graph."""
    stream, graph, executable, memory, address = voidp(), voidp(), voidp(), voidp(), u64()
    call("cuStreamCreate", ctypes.byref(stream), 1)
    call("cuMemHostAlloc", ctypes.byref(memory), ctypes.c_size_t(64), 3)
    ctypes.memset(memory, 0, 64)
    call("cuMemHostGetDevicePointer_v2", ctypes.byref(address), memory, 0)
    call("cuStreamBeginCapture_v2", stream, GLOBAL_CAPTURE)
    call("cuStreamWriteValue64_v2", stream, address, u64(77), 0)
    call("cuStreamEndCapture", stream, ctypes.byref(graph))
    call("cuGraphInstantiateWithFlags", ctypes.byref(executable), graph, u64(0))
    call("cuGraphLaunch", executable, stream)
    call("cuStreamSynchronize", stream)
    return ctypes.cast(memory, ctypes.POINTER(u64))[0] == 77


def attempt(what):
    try:
        return what()
    except RuntimeError as error:
        return str(error)


def import_memory(handle):
    """In a process of its own: whether memory of another process can be opened."""
    class Handle(ctypes.Structure):
        _fields_ = [("bytes", ctypes.c_char * 64)]
    start()
    opened = u64()
    call("cuIpcOpenMemHandle_v2", ctypes.byref(opened), Handle.from_buffer_copy(bytes.fromhex(handle)), 1)


def export():
    memory, handle = u64(), (ctypes.c_char * 64)()
    call("cuMemAlloc_v2", ctypes.byref(memory), ctypes.c_size_t(2 << 20))
    call("cuIpcGetMemHandle", ctypes.byref(handle), memory)
    other = subprocess.run([sys.executable, __file__, "--import", bytes(handle).hex()], capture_output=True, text=True)
    return True if other.returncode == 0 else other.stderr.strip().splitlines()[-1]


def start():
    device, context = ctypes.c_int(), voidp()
    call("cuInit", 0)
    call("cuDeviceGet", ctypes.byref(device), 0)
    call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
    call("cuCtxSetCurrent", context)
    return device


def main():
    os.environ.setdefault("CUDA_CACHE_PATH", "/tmp/rill-facts-%d" % os.getpid())
    device, version = start(), ctypes.c_int()
    with open(sys.argv[1], "rb") as file:
        text = file.read() + b"\0"
    call("cuDriverGetVersion", ctypes.byref(version))
    facts = {name: attribute(device, number) for name, number in ATTRIBUTES.items()}
    facts["CUDA of the driver"] = "%d.%d" % (version.value // 1000, version.value % 1000 // 10)
    facts["libraries"] = {library: has(library) for library in LIBRARIES}
    facts["kernels compiled, ms"] = load_ms(text)
    facts["kernels from the cache, ms"] = load_ms(text)
    facts["a counter write can be captured"] = attempt(capture)
    facts["memory opens in another process"] = attempt(export)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=2)
    print(json.dumps(facts, indent=2))


if sys.argv[1] == "--import":
    import_memory(sys.argv[2])
else:
    main()
