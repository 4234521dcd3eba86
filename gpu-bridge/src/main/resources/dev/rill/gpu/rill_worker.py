"""Runs a model for Rill: one process for one session, or for all of a model that works on batches.

    rill_worker.py --link SOCKET MODEL.py     works on frames until the other side of the socket goes
    rill_worker.py --shared MODEL.py          the same for many sockets, whose paths come by standard input, until that ends
    rill_worker.py --describe MODEL.py        says what parameters the model has, without running it

MODEL.py defines process(frame, params) and may define

    PARAMETERS = {"strength": (0.0, 1.0, 0.5, "how much")}     # minimum, maximum, default, description

params is a dict of floats. See the class Frame for the rest. Instead of process it may define

    BATCH = 8                                                  # at most, 64 or less

and process_batch(frames, params), which gets what waits at the moment, of all sessions: one to BATCH frames of the same size
and format, a dict for each, in turn from every session, those of a session in their order; it returns nothing, or a list with
what process() would return for each. Where it fails, each of the frames is tried alone.

A model that copies frames to a GPU defines PIN = True: then the memory of frames is registered with the CUDA driver in this process as
well, and those copies need no stop on their way (torch.from_numpy(plane).to("cuda", non_blocking=True)).

Needs Python 3.9 or newer and NumPy. What the model prints goes to the log of the host. An exception fails its frame and no other; a
process that ends is replaced.

The layout of the memory that both sides share is in WorkerRing.java. Counters are stored as one 8-byte store each; a
system call on the link lies between what one side writes and what the other reads.
"""
import ast
import os
import sys

MAGIC, VERSION, SHARE, POST = 0x4C4C4952, 2, 1, 2
COLOURS = ("BT601_LIMITED", "BT601_FULL", "BT709_LIMITED", "BT709_FULL")
DONE, HEARTBEAT, RECORDS, RECORD_BYTES, TEXT_BYTES = 192, 256, 4096, 256, 224
STATUS_DONE, STATUS_FAILED = 0, 1
HEARTBEAT_SECONDS = 0.25


# ---- what a file says of its model ----

def literal_parameters(node):
    try:
        declared = ast.literal_eval(node)
        for name, (minimum, maximum, default, description) in declared.items():
            if not name.isidentifier():
                raise ValueError("%r is not a name" % name)
            yield name, float(minimum), float(maximum), float(default), str(description)
    except (ValueError, TypeError, AttributeError) as error:
        sys.exit("PARAMETERS: %s; expected {\"name\": (minimum, maximum, default, \"description\")} in literals" % error)


def literal_batch(node):
    try:
        batch = ast.literal_eval(node.value)
    except (ValueError, AttributeError):
        batch = None
    if type(batch) is not int or not 1 <= batch <= 64:
        sys.exit("BATCH: expected a number from 1 to 64")
    return batch


def names_bound_by(node):
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name for alias in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def describe(path):
    try:
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read(), path)
    except (OSError, SyntaxError, ValueError) as error:
        sys.exit(str(error))
    bound = {name: node for node in tree.body for name in names_bound_by(node)}
    needed = "process_batch" if "BATCH" in bound else "process"
    if needed not in bound:
        sys.exit("no function %s(frame%s, params)" % (needed, "s" if "BATCH" in bound else ""))
    documentation = (ast.get_docstring(tree) or "").split("\n")[0]
    lines = [("description", documentation)]
    if "BATCH" in bound:
        lines.append(("batch", literal_batch(bound["BATCH"])))
    if "PARAMETERS" in bound:
        lines += [("parameter",) + parameter for parameter in literal_parameters(bound["PARAMETERS"].value)]
    for line in lines:
        text = "rill\t" + "\t".join(" ".join(str(field).split()) for field in line) + "\n"
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__" and sys.argv[1:2] == ["--describe"]:
    describe(sys.argv[2])
    sys.exit()

import ctypes  # noqa: E402 (a description needs none of these)
import importlib.util  # noqa: E402
import mmap  # noqa: E402
import selectors  # noqa: E402
import socket  # noqa: E402
import struct  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402

import numpy as np  # noqa: E402


# ---- frames ----

class Geometry:
    """How the planes of every frame of a session lie in their slots."""

    def __init__(self, region):
        pixel_format, self.width, self.height, self.count = struct.unpack_from("=4I", region, 24)
        self.format = "NV12" if pixel_format == 1 else "I420"
        self.colours = COLOURS[struct.unpack_from("=I", region, 100)[0]]
        self.offsets = struct.unpack_from("=3Q", region, 40)
        self.strides, self.widths, self.rows = (struct.unpack_from("=3I", region, at) for at in (64, 76, 88))

    def key(self):
        return self.format, self.width, self.height

    def planes(self, memory, slot):
        """Views of the planes of a slot; U and V of NV12 are the last axis of its second plane."""
        views = []
        for i in range(self.count):
            shape, strides = (self.rows[i], self.widths[i]), (self.strides[i], 1)
            if self.format == "NV12" and i == 1:
                shape, strides = (self.rows[i], self.widths[i] // 2, 2), (self.strides[i], 2, 1)
            views.append(np.ndarray(shape, np.uint8, memory, slot + self.offsets[i], strides))
        return views


class Frame:
    """One picture, 8-bit YUV 4:2:0.

    planes              input, read-only NumPy views of memory that the host's decoder wrote: Y (height, width), then
                        U and V (height / 2, width / 2) each for I420, or UV (height / 2, width / 2, 2) for NV12
    out                 output, of the same shapes, in memory that the host's encoder reads: whatever process() returns,
                        if anything, is copied here plane by plane; writing here saves that
    colours             of both: "BT601_LIMITED", "BT601_FULL", "BT709_LIMITED" or "BT709_FULL"
    width, height, format ("I420" or "NV12"), ticket (counts frames of the session), parameter_version, generation
                        (counts processes of the session)

    All of it is valid until process() returns.
    """
    __slots__ = ("planes", "out", "width", "height", "format", "colours", "ticket", "parameter_version", "generation")

    def rgb(self):
        """The input as float32 (height, width, 3), 0 to 1."""
        red, blue, black, luma, chroma = self._weights()
        y = (self.planes[0].astype(np.float32) - black) * (1.0 / luma)
        u, v = ((plane.astype(np.float32) - 128.0) * (1.0 / chroma) for plane in self._chroma(self.planes))
        u, v = (plane.repeat(2, 0).repeat(2, 1) for plane in (u, v))
        green = 1.0 - red - blue
        result = np.empty(y.shape + (3,), np.float32)
        result[..., 0] = y + (2.0 - 2.0 * red) * v
        result[..., 2] = y + (2.0 - 2.0 * blue) * u
        result[..., 1] = (y - red * result[..., 0] - blue * result[..., 2]) / green
        return np.clip(result, 0.0, 1.0, out=result)

    def write_rgb(self, rgb):
        """Writes float (height, width, 3), 0 to 1, to the output."""
        rgb = np.clip(rgb, 0.0, 1.0)
        red, blue, black, luma, chroma = self._weights()
        y = red * rgb[..., 0]
        y += (1.0 - red - blue) * rgb[..., 1]
        y += blue * rgb[..., 2]
        self.out[0][...] = y * luma + (black + 0.5)
        u, v = self._chroma(self.out)
        for plane, channel, weight in ((u, 2, blue), (v, 0, red)):
            sums = rgb[..., channel] - y
            sums = sums[0::2] + sums[1::2]
            sums = sums[:, 0::2] + sums[:, 1::2]
            plane[...] = np.minimum(sums * (0.25 * chroma / (2.0 - 2.0 * weight)) + 128.5, 255.0)

    def _chroma(self, planes):
        return (planes[1], planes[2]) if self.format == "I420" else (planes[1][..., 0], planes[1][..., 1])

    def _weights(self):
        """Of red and blue in luma, black, and the ranges of luma and chroma."""
        weights = (0.2126, 0.0722) if self.colours.startswith("BT709") else (0.299, 0.114)
        return weights + ((16.0, 219.0, 224.0) if self.colours.endswith("LIMITED") else (0.0, 255.0, 255.0))


# ---- the other side ----

class Ring:
    """The memory through which both sides speak."""

    def __init__(self, memory):
        magic, version, self.records, self.parameters, self.generation = struct.unpack_from("=4IQ", memory, 0)
        if (magic, version) != (MAGIC, VERSION):
            sys.exit("ring of version %d with magic %#x, expected %d and %#x" % (version, magic, VERSION, MAGIC))
        self.memory = memory
        self.geometry = Geometry(memory)
        self.done = ctypes.c_uint64.from_buffer(memory, DONE)
        self.heartbeat = ctypes.c_uint64.from_buffer(memory, HEARTBEAT)

    def request(self, ticket):
        at = RECORDS + ticket % self.records * RECORD_BYTES
        head = struct.unpack_from("=QIIQQQ", self.memory, at)
        return head, struct.unpack_from("=%dd" % self.parameters, self.memory, at + 40)

    def answer(self, ticket, status, text, start_ns, end_ns):
        at = RECORDS + (self.records + ticket % self.records) * RECORD_BYTES
        said = text.encode("utf-8", "replace")[:TEXT_BYTES]
        struct.pack_into("=QiIqq", self.memory, at, ticket, status, len(said), start_ns, end_ns)
        self.memory[at + 32:at + 32 + len(said)] = said
        self.done.value = ticket + 1


class Pins:
    """Memory that is registered with the CUDA driver; what it refuses stays as it is, and is said."""
    PORTABLE, MAPPED, READ_ONLY = 1, 2, 8

    def __init__(self):
        self.driver = None
        context = ctypes.c_void_p()
        try:
            driver = ctypes.CDLL(os.environ.get("RILL_CUDA_LIBRARY") or "libcuda.so.1")
            self.check("cuInit", driver.cuInit(0))
            self.check("cuDevicePrimaryCtxRetain", driver.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0))
            self.check("cuCtxSetCurrent", driver.cuCtxSetCurrent(context))
            self.driver = driver
        except OSError as error:
            print("PIN: copies to a GPU are not from pinned memory:", error)

    @staticmethod
    def check(name, code):
        if code != 0:
            raise OSError("%s answered %d" % (name, code))

    def add(self, memory, is_writable):
        if self.driver is None:
            return
        view = np.frombuffer(memory, np.uint8)
        flags = self.PORTABLE | self.MAPPED | (0 if is_writable else self.READ_ONLY)
        try:
            self.check("cuMemHostRegister", self.driver.cuMemHostRegister_v2(
                ctypes.c_void_p(view.ctypes.data), ctypes.c_size_t(view.size), ctypes.c_uint(flags)))
        except OSError as error:
            print("PIN: %s are not pinned: %s" % ("results" if is_writable else "inputs", error))

    def drop(self, memory):
        """Also of memory that was refused, which the driver says and nobody minds."""
        if self.driver is not None:
            self.driver.cuMemHostUnregister(ctypes.c_void_p(np.frombuffer(memory, np.uint8).ctypes.data))


class NoPins:
    def add(self, memory, is_writable):
        pass

    def drop(self, memory):
        pass


class Session:
    """One session of the host: its link, its ring, and its frames, in order."""

    def __init__(self, link, names, pins):
        self.link = link
        self.names = names
        self.pins = pins
        self.ring = None
        self.memories = {}
        self.views = {}
        self.finished = 0
        self.submitted = 0

    def receive(self):
        """Takes one message; false when the other side has gone."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.link, 64, 1)
        except ConnectionResetError:
            return False
        if not data:
            return False
        kind, tag, value = struct.unpack("=IIQ", data)
        if kind == SHARE:
            self.map(tag, value, descriptors[0])
        elif kind == POST:
            self.submitted = value
        return True

    def map(self, tag, size, descriptor):
        is_writable = True
        try:
            memory = mmap.mmap(descriptor, size)
        except PermissionError:
            is_writable = False
            memory = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
        os.close(descriptor)
        if tag == 0:
            self.ring = Ring(memory)
            # Tickets count on over the processes of a session: the first one that this process gets is where it begins.
            self.finished = self.submitted = self.ring.done.value
            return
        if tag in self.memories:
            self.pins.drop(self.memories[tag])
        self.memories[tag] = memory
        self.pins.add(memory, is_writable)
        self.views = {key: planes for key, planes in self.views.items() if key[0] != tag}

    def leave(self):
        for memory in self.memories.values():
            self.pins.drop(memory)
        self.link.close()

    def waiting(self):
        return self.submitted - self.finished

    def take(self, ahead):
        """The frame behind as many others that wait, and its parameters."""
        head, values = self.ring.request(self.finished + ahead)
        frame = Frame()
        frame.ticket, in_tag, out_tag, in_offset, out_offset, frame.parameter_version = head
        frame.planes = self.planes(in_tag, in_offset)
        frame.out = self.planes(out_tag, out_offset)
        geometry = self.ring.geometry
        frame.width, frame.height, frame.format = geometry.width, geometry.height, geometry.format
        frame.colours = geometry.colours
        frame.generation = self.ring.generation
        return frame, dict(zip(self.names, values))

    def planes(self, tag, offset):
        planes = self.views.get((tag, offset))
        if planes is None:
            planes = self.views[tag, offset] = self.ring.geometry.planes(self.memories[tag], offset)
        return list(planes)

    def answer(self, error, start_ns):
        """Tells of the oldest frame; an empty error means that it is done."""
        self.ring.answer(self.finished, STATUS_FAILED if error else STATUS_DONE, error, start_ns, time.monotonic_ns())
        self.finished += 1
        try:
            self.link.send(b"\0", socket.MSG_DONTWAIT)
        except BlockingIOError:
            pass  # Enough of them lie there to wake the host.
        except (BrokenPipeError, ConnectionResetError):
            pass  # Reading says so as well.


def keep(frame, result):
    if result is None:
        return
    if len(result) != len(frame.out):
        raise ValueError("process() returned %d planes, expected %d" % (len(result), len(frame.out)))
    for i, (plane, out) in enumerate(zip(result, frame.out)):
        plane = np.asarray(plane)
        if plane.shape != out.shape:
            raise ValueError("process() returned plane %d of shape %s, expected %s" % (i, plane.shape, out.shape))
        if plane is not out:
            np.copyto(out, plane, casting="unsafe")


def say(error):
    try:
        return "%s: %s" % (type(error).__name__, error)
    except Exception:
        return type(error).__name__


def beat(sessions):
    parent = os.getppid()
    while os.getppid() == parent:
        for session in list(sessions):
            if session.ring is not None:
                session.ring.heartbeat.value += 1
        time.sleep(HEARTBEAT_SECONDS)
    os._exit(1)


# ---- one session ----

class Alone:
    def __init__(self, model, link):
        self.process = model.process
        self.sessions = [Session(link, names_of(model), pins_of(model))]

    def run(self):
        session = self.sessions[0]
        while session.receive():
            while session.waiting() > 0:
                self.one(session)

    def one(self, session):
        start_ns = time.monotonic_ns()
        try:
            frame, params = session.take(0)
            keep(frame, self.process(frame, params))
            session.answer("", start_ns)
        except Exception as error:
            traceback.print_exc()
            session.answer(say(error), start_ns)


# ---- many sessions ----

class Shared:
    def __init__(self, model):
        self.model = model
        self.pins = pins_of(model)
        self.sessions = []
        self.lines = b""
        self.selector = selectors.DefaultSelector()
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ)

    def run(self):
        while self.receive(None):
            while any(session.waiting() > 0 for session in self.sessions):
                self.work(self.gather())
                if not self.receive(0):
                    return

    def receive(self, timeout):
        """Takes all that has come; false when standard input has ended."""
        ready = self.selector.select(timeout)
        while ready:
            for key, _ in ready:
                if key.data is None:
                    if not self.connect():
                        return False
                elif not key.data.receive():
                    self.selector.unregister(key.data.link)
                    key.data.leave()
                    self.sessions.remove(key.data)
            ready = self.selector.select(0)
        return True

    def connect(self):
        data = os.read(sys.stdin.fileno(), 65536)
        *paths, self.lines = (self.lines + data).split(b"\n")
        for path in paths:
            link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                link.connect(path)
            except OSError:
                link.close()  # That session has gone again.
                continue
            session = Session(link, names_of(self.model), self.pins)
            self.sessions.append(session)
            self.selector.register(link, selectors.EVENT_READ, session)
        return bool(data)

    def gather(self):
        """Frames that wait, as their sessions: in turn from each, of one size, at most as many as a batch has."""
        first = next(session for session in self.sessions if session.waiting() > 0)
        alike = [session for session in self.sessions if session.waiting() > 0
                 and session.ring.geometry.key() == first.ring.geometry.key()]
        longest = max(session.waiting() for session in alike)
        turns = [session for turn in range(longest) for session in alike if turn < session.waiting()]
        # Whoever was not first becomes it.
        self.sessions.remove(first)
        self.sessions.append(first)
        return turns[:self.model.BATCH]

    def work(self, chosen):
        start_ns = time.monotonic_ns()
        ahead = {}
        frames, params = [], []
        for session in chosen:
            frame, values = session.take(ahead.get(session, 0))
            ahead[session] = ahead.get(session, 0) + 1
            frames.append(frame)
            params.append(values)
        for session, error in zip(chosen, self.errors(frames, params)):
            session.answer(error, start_ns)

    def errors(self, frames, params):
        """Runs the model; for each frame what went wrong, or an empty text."""
        try:
            results = self.model.process_batch(frames, params)
            results = [None] * len(frames) if results is None else list(results)
            if len(results) != len(frames):
                raise ValueError("process_batch() returned %d results, expected %d" % (len(results), len(frames)))
            for frame, result in zip(frames, results):
                keep(frame, result)
            return [""] * len(frames)
        except Exception as error:
            if len(frames) > 1:
                return [self.errors([frame], [values])[0] for frame, values in zip(frames, params)]
            traceback.print_exc()
            return [say(error)]


def names_of(model):
    return list(getattr(model, "PARAMETERS", {}))


def pins_of(model):
    return Pins() if getattr(model, "PIN", False) else NoPins()


def load(path):
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = os.path.splitext(os.path.basename(path))[0]
    specification = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules.setdefault(name, module)
    specification.loader.exec_module(module)
    name = "process_batch" if hasattr(module, "BATCH") else "process"
    if not callable(getattr(module, name, None)):
        sys.exit(name + " is not a function")
    return module


def main():
    arguments = sys.argv[1:]
    if not (len(arguments) == 3 and arguments[0] == "--link" or len(arguments) == 2 and arguments[0] == "--shared"):
        sys.exit(__doc__)
    try:
        os.setsid()  # So that the host finds whatever this process starts.
    except PermissionError:
        pass  # It leads a group already.
    model = load(arguments[-1])
    if arguments[0] == "--shared":
        program = Shared(model)
    else:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        link.connect(arguments[1])
        program = Alone(model, link)
    threading.Thread(target=beat, args=(program.sessions,), daemon=True).start()
    program.run()


if __name__ == "__main__":
    main()
