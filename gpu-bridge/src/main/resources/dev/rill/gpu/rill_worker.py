"""Runs a model for Rill: one process for one session.

    rill_worker.py --link SOCKET MODEL.py     works on frames until the other side of the socket goes
    rill_worker.py --describe MODEL.py        says what parameters the model has, without running it

MODEL.py defines process(frame, params) and may define

    PARAMETERS = {"strength": (0.0, 1.0, 0.5, "how much")}     # minimum, maximum, default, description

params is a dict of floats. See the class Frame for the rest. Needs Python 3.9 or newer and NumPy. What the model prints
goes to the log of the host. An exception fails its frame and no other; a process that ends is replaced.

The layout of the memory that both sides share is in WorkerRing.java. Counters are stored as one 8-byte store each; a
system call on the link lies between what one side writes and what the other reads.
"""
import ast
import os
import sys

MAGIC, VERSION, SHARE, POST = 0x4C4C4952, 1, 1, 2
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
    if "process" not in bound:
        sys.exit("no function process(frame, params)")
    documentation = (ast.get_docstring(tree) or "").split("\n")[0]
    lines = [("description", documentation)]
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
        self.offsets = struct.unpack_from("=3Q", region, 40)
        self.strides, self.widths, self.rows = (struct.unpack_from("=3I", region, at) for at in (64, 76, 88))

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
    """One picture, 8-bit limited-range YUV 4:2:0.

    planes              input, read-only NumPy views of memory that the host's decoder wrote: Y (height, width), then
                        U and V (height / 2, width / 2) each for I420, or UV (height / 2, width / 2, 2) for NV12
    out                 output, of the same shapes, in memory that the host's encoder reads: whatever process() returns,
                        if anything, is copied here plane by plane; writing here saves that
    width, height, format ("I420" or "NV12"), ticket (counts frames of the session), parameter_version, generation
                        (counts processes of the session)

    All of it is valid until process() returns.
    """
    __slots__ = ("planes", "out", "width", "height", "format", "ticket", "parameter_version", "generation")

    def rgb(self):
        """The input as float32 (height, width, 3), 0 to 1; BT.709 from 720 lines up, BT.601 below."""
        y = (self.planes[0].astype(np.float32) - 16.0) * (1.0 / 219.0)
        u, v = ((plane.astype(np.float32) - 128.0) * (1.0 / 224.0) for plane in self._chroma(self.planes))
        u, v = (plane.repeat(2, 0).repeat(2, 1) for plane in (u, v))
        red, blue = self._weights()
        green = 1.0 - red - blue
        result = np.empty(y.shape + (3,), np.float32)
        result[..., 0] = y + (2.0 - 2.0 * red) * v
        result[..., 2] = y + (2.0 - 2.0 * blue) * u
        result[..., 1] = (y - red * result[..., 0] - blue * result[..., 2]) / green
        return np.clip(result, 0.0, 1.0, out=result)

    def write_rgb(self, rgb):
        """Writes float (height, width, 3), 0 to 1, to the output."""
        rgb = np.clip(rgb, 0.0, 1.0)
        red, blue = self._weights()
        y = red * rgb[..., 0] + (1.0 - red - blue) * rgb[..., 1] + blue * rgb[..., 2]
        self.out[0][...] = y * 219.0 + 16.5
        u, v = self._chroma(self.out)
        for plane, channel, weight in ((u, 2, blue), (v, 0, red)):
            full = (rgb[..., channel] - y) / (2.0 - 2.0 * weight)
            mean = full.reshape(self.height // 2, 2, self.width // 2, 2).mean((1, 3))
            plane[...] = mean * 224.0 + 128.5

    def _chroma(self, planes):
        return (planes[1], planes[2]) if self.format == "I420" else (planes[1][..., 0], planes[1][..., 1])

    def _weights(self):
        return (0.2126, 0.0722) if self.height >= 720 else (0.299, 0.114)


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


class Worker:
    def __init__(self, link, model):
        self.link = link
        self.process = model.process
        self.names = list(getattr(model, "PARAMETERS", {}))
        self.ring = None
        self.memories = {}
        self.views = {}
        self.finished = 0

    def run(self):
        while True:
            data, descriptors, _, _ = socket.recv_fds(self.link, 64, 1)
            if not data:
                return
            kind, tag, value = struct.unpack("=IIQ", data)
            if kind == SHARE:
                self.map(tag, value, descriptors[0])
            elif kind == POST:
                self.work(value)

    def map(self, tag, size, descriptor):
        try:
            memory = mmap.mmap(descriptor, size)
        except PermissionError:
            memory = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
        os.close(descriptor)
        if tag == 0:
            self.ring = Ring(memory)
            self.finished = self.ring.done.value
            threading.Thread(target=self.beat, daemon=True).start()
            return
        self.memories[tag] = memory
        self.views = {key: planes for key, planes in self.views.items() if key[0] != tag}

    def beat(self):
        parent = os.getppid()
        while os.getppid() == parent:
            self.ring.heartbeat.value += 1
            time.sleep(HEARTBEAT_SECONDS)
        os._exit(1)

    def work(self, submitted):
        """Tickets of a session count on over its processes: the first one that this process gets is where it begins."""
        while self.finished < submitted:
            self.one(self.finished)
            self.finished += 1
            self.link.send(b"\0")

    def one(self, ticket):
        head, values = self.ring.request(ticket)
        start_ns = time.monotonic_ns()
        status, text = STATUS_DONE, ""
        try:
            frame = self.frame(head)
            self.keep(frame, self.process(frame, dict(zip(self.names, values))))
        except Exception as error:
            traceback.print_exc()
            status, text = STATUS_FAILED, self.say(error)
        self.ring.answer(ticket, status, text, start_ns, time.monotonic_ns())

    def frame(self, head):
        frame = Frame()
        frame.ticket, in_tag, out_tag, in_offset, out_offset, frame.parameter_version = head
        frame.planes = self.planes(in_tag, in_offset)
        frame.out = self.planes(out_tag, out_offset)
        geometry = self.ring.geometry
        frame.width, frame.height, frame.format = geometry.width, geometry.height, geometry.format
        frame.generation = self.ring.generation
        return frame

    def planes(self, tag, offset):
        planes = self.views.get((tag, offset))
        if planes is None:
            planes = self.views[tag, offset] = self.ring.geometry.planes(self.memories[tag], offset)
        return list(planes)

    @staticmethod
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

    @staticmethod
    def say(error):
        try:
            return "%s: %s" % (type(error).__name__, error)
        except Exception:
            return type(error).__name__


def load(path):
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = os.path.splitext(os.path.basename(path))[0]
    specification = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules.setdefault(name, module)
    specification.loader.exec_module(module)
    if not callable(getattr(module, "process", None)):
        sys.exit("process is not a function")
    return module


def main():
    if len(sys.argv) != 4 or sys.argv[1] != "--link":
        sys.exit(__doc__)
    try:
        os.setsid()  # So that the host finds whatever this process starts.
    except PermissionError:
        pass  # It leads a group already.
    model = load(sys.argv[3])
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as link:
        link.connect(sys.argv[2])
        try:
            Worker(link, model).run()
        except (BrokenPipeError, ConnectionResetError):
            pass


if __name__ == "__main__":
    main()
