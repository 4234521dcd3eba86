"""The ABI of rill.h without Java: ctypes and the standard library alone, so that it runs wherever Python does.

    python3 abi_test.py LIBRARY [SIMULATOR [PLUGIN]]

LIBRARY is librill.so; SIMULATOR the stand-in for the CUDA driver that build-simulator.sh makes, "" for that of the machine,
if there is one; PLUGIN what becomes of examples/mark.c. What a driver may refuse is tried in processes of their own.
"""
import ctypes
import mmap
import os
import pathlib
import random
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

LIBRARY = sys.argv[1] if len(sys.argv) > 1 else "librill.so"
SIMULATOR = sys.argv[2] if len(sys.argv) > 2 else ""
PLUGIN = sys.argv[3] if len(sys.argv) > 3 else ""

OK, BACK_PRESSURED, CLOSED, BAD_SLOT, BAD_ARGUMENT, BAD_HANDLE, BUSY, TIMEOUT = 0, -1, -2, -3, -7, -8, -9, -10
UNSUPPORTED, BAD_TICKET, BAD_PARAMETER = -12, -13, -14
NV12, WHOLE_SLOTS = 1, 64
SECOND = 1_000_000_000
u8, u32, i32, u64, i64, f64 = (
    ctypes.c_uint8, ctypes.c_uint32, ctypes.c_int32, ctypes.c_uint64, ctypes.c_int64, ctypes.c_double)


class Struct(ctypes.Structure):
    def __init__(self, **values):
        super().__init__(size=ctypes.sizeof(type(self)), version=1, **values)

    @property
    def address(self):
        return ctypes.addressof(self)


class DeviceInfo(Struct):
    _fields_ = [("size", u32), ("version", u32), ("index", u32), ("kind", u32), ("usable", u32),
                ("capabilities", u32), ("name", ctypes.c_char * 16), ("description", ctypes.c_char * 128),
                ("refusal", ctypes.c_char * 256)]


class DeviceOptions(Struct):
    _fields_ = [("size", u32), ("version", u32), ("threads", u32), ("reserved", u32)]


class Format(Struct):
    _fields_ = [("size", u32), ("version", u32), ("pixel_format", u32), ("width", u32), ("height", u32),
                ("plane_count", u32), ("plane_offset", u64 * 3), ("plane_stride", u32 * 3), ("plane_width", u32 * 3),
                ("plane_rows", u32 * 3), ("colours", u32), ("slot_bytes", u64)]


class PoolInfo(Struct):
    _fields_ = [("size", u32), ("version", u32), ("pool", u64), ("base", u64), ("slot_stride", u64), ("slots", u32),
                ("reserved", u32)]


class RegionInfo(Struct):
    _fields_ = [("size", u32), ("version", u32), ("region", u64), ("base", u64)]


class Tensor(Struct):
    _fields_ = [("size", u32), ("version", u32), ("type", u32), ("layout", u32), ("width", u32), ("height", u32),
                ("fit", u32), ("filter", u32), ("forward", ctypes.c_float * 12), ("backward", ctypes.c_float * 12),
                ("fill", ctypes.c_float * 3), ("basis", u32)]


class SessionOptions(Struct):
    _fields_ = [("size", u32), ("version", u32), ("parameter_count", u32), ("window", u32),
                ("completion_block", u64), ("completion_bytes", u64), ("model", ctypes.c_char * 32),
                ("format", Format), ("plugin", u64)]


class ParameterInfo(ctypes.Structure):
    _fields_ = [("minimum", f64), ("maximum", f64), ("otherwise", f64), ("name", ctypes.c_char * 32),
                ("description", ctypes.c_char * 128)]


class PluginInfo(Struct):
    _fields_ = [("size", u32), ("version", u32), ("plugin", u64), ("parameter_count", u32), ("reserved", u32),
                ("name", ctypes.c_char * 32), ("description", ctypes.c_char * 128), ("parameters", ParameterInfo * 13)]


class Parameters(Struct):
    _fields_ = [("size", u32), ("version", u32), ("parameter_version", u64), ("count", u32), ("reserved", u32),
                ("values", f64 * 13)]


class Times(Struct):
    _fields_ = [("size", u32), ("version", u32), ("frames", u64), ("copy_in_ns", u64), ("model_ns", u64),
                ("copy_out_ns", u64)]


class Completion(ctypes.Structure):
    _fields_ = [("ticket", u64), ("status", i32), ("reserved", u32), ("in_", u64), ("out", u64),
                ("parameter_version", u64), ("start_ns", i64), ("end_ns", i64), ("reserved2", u64)]


class Block(ctypes.Structure):
    """Page aligned by Session below."""
    _fields_ = [("submitted", u64), ("line0", u64 * 7), ("completed", u64), ("line1", u64 * 7), ("state", i32),
                ("state_reserved", i32), ("line2", u64 * 7), ("consumed", u64), ("line3", u64 * 7),
                ("records", Completion * 4)]


def load():
    library = ctypes.CDLL(LIBRARY)
    signatures = {
        "rill_last_error": [u64, u32], "rill_layout": [u64, u32], "rill_driver_library": [u64],
        "rill_probe": [u64, u32], "rill_describe": [u32, u64], "rill_device_open": [u32, u64, u64], "rill_device_fault": [u64, u64, i32],
        "rill_device_close": [u64, u64], "rill_pool_create": [u64, u64, u32, u32, u64], "rill_pool_close": [u64],
        "rill_session_open": [u64, u64, u64], "rill_submit": [u64, u64, u32, u64, u32, u64, u64],
        "rill_region_create": [u64, u64], "rill_region_close": [u64], "rill_link_listen": [u64, u64],
        "rill_link_await": [u64, u64], "rill_link_share": [u64, u64, u32], "rill_link_post": [u64, u64],
        "rill_link_wait": [u64, u64], "rill_link_close": [u64], "rill_session_check": [u64], "rill_session_close": [u64, u64],
        "rill_session_failure": [u64, u64, u32], "rill_session_times": [u64, u64], "rill_plugin_open": [u64, u64], "rill_plugin_close": [u64], "rill_abi_version": []}
    for name, arguments in signatures.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = i32
    return library


rill = load()


def last_error():
    text = ctypes.create_string_buffer(512)
    rill.rill_last_error(ctypes.addressof(text), len(text))
    return text.value.decode()


def devices():
    infos = (DeviceInfo * 16)()
    for info in infos:
        info.size, info.version = ctypes.sizeof(DeviceInfo), 1
    count = rill.rill_probe(ctypes.addressof(infos), 16)
    return list(infos[:count])


def format_of(pixel_format, width, height):
    stride = (width + 63) // 64 * 64
    luma = stride * height
    planes = 2 if pixel_format == NV12 else 3
    chroma_width = width if pixel_format == NV12 else width // 2
    chroma_stride = (chroma_width + 63) // 64 * 64
    chroma = chroma_stride * (height // 2)
    result = Format(pixel_format=pixel_format, width=width, height=height, plane_count=planes)
    for i in range(planes):
        result.plane_offset[i] = 0 if i == 0 else luma + (i - 1) * chroma
        result.plane_stride[i] = stride if i == 0 else chroma_stride
        result.plane_width[i] = width if i == 0 else chroma_width
        result.plane_rows[i] = height if i == 0 else height // 2
    result.slot_bytes = (luma + (planes - 1) * chroma + 64 + 63) // 64 * 64
    return result


class Rig:
    """A device with one pool and one session."""

    def __init__(self, index, model, frame, parameter_count=0, window=4, slots=6, plugin=0):
        self.device, self.session = u64(), u64()
        self.pool, self.frame, self.window = PoolInfo(), frame, window
        self.memory = (u8 * 8192)()
        self.block = Block.from_address((ctypes.addressof(self.memory) + 4095) & ~4095)
        threads = DeviceOptions(threads=2)
        check(rill.rill_device_open(index, threads.address, ctypes.addressof(self.device)))
        check(rill.rill_pool_create(self.device, frame.address, slots, 0, self.pool.address))
        options = SessionOptions(
            parameter_count=parameter_count, window=window, completion_block=ctypes.addressof(self.block),
            completion_bytes=ctypes.sizeof(Block), model=model.encode(), format=frame, plugin=plugin)
        check(rill.rill_session_open(self.device, options.address, ctypes.addressof(self.session)))

    def slot(self, index):
        return (u8 * self.frame.slot_bytes).from_address(self.pool.base + index * self.pool.slot_stride)

    def submit(self, source, target, ticket, parameters=None):
        block = parameters or Parameters()
        return rill.rill_submit(
            self.session, self.pool.pool, source, self.pool.pool, target, ticket, block.address)

    def wait(self, tickets):
        deadline = time.monotonic() + 20
        while self.block.completed < tickets:
            assert time.monotonic() < deadline, "completed %d of %d" % (self.block.completed, tickets)
            time.sleep(0.0002)

    def close(self):
        check(rill.rill_session_close(self.session, 5 * SECOND))
        check(rill.rill_pool_close(self.pool.pool))
        check(rill.rill_device_close(self.device, 5 * SECOND))


def check(code):
    assert code == OK, "code %d: %s" % (code, last_error())


def inverted(frame, source):
    result = bytearray(frame.slot_bytes)
    for plane in range(frame.plane_count):
        for y in range(frame.plane_rows[plane]):
            row = frame.plane_offset[plane] + y * frame.plane_stride[plane]
            for x in range(row, row + frame.plane_width[plane]):
                value = source[x]
                result[x] = max(0, 251 - value) if plane == 0 else min(255, 256 - value)
    return bytes(result)


class AbiTest(unittest.TestCase):
    def usable(self):
        return [device for device in devices() if device.usable]

    def test_layouts_are_those_of_the_library(self):
        table = (i32 * 128)()
        count = rill.rill_layout(ctypes.addressof(table), 128)
        expected = []
        for struct, fields in (
                (DeviceInfo, "index kind usable capabilities name description refusal"), (DeviceOptions, "threads"),
                (Format, "pixel_format width height plane_count plane_offset plane_stride plane_width plane_rows "
                         "colours slot_bytes"),
                (PoolInfo, "pool base slot_stride slots"),
                (RegionInfo, "region base"),
                (Tensor, "type layout width height fit filter forward backward fill basis"),
                (ParameterInfo, "minimum maximum otherwise name description"),
                (PluginInfo, "plugin parameter_count name description parameters"),
                (SessionOptions, "parameter_count window completion_block completion_bytes model format plugin"),
                (Parameters, "parameter_version count values"),
                (Times, "frames copy_in_ns model_ns copy_out_ns"),
                (Completion, "ticket status in_ out parameter_version start_ns end_ns")):
            expected.append(ctypes.sizeof(struct))
            expected.extend(getattr(struct, field).offset for field in fields.split())
        expected.extend(getattr(Block, field).offset for field in "submitted completed state consumed records".split())
        self.assertEqual(list(table[:count]), expected)

    def test_every_device_says_what_it_is_or_why_not(self):
        for device in devices():
            self.assertEqual(device.usable == 1, device.refusal == b"", device.name)
            self.assertTrue(device.name and device.description)

    def test_one_device_is_described_as_in_the_list(self):
        for device in devices():
            info = DeviceInfo()
            check(rill.rill_describe(device.index, info.address))
            self.assertEqual(bytes(info), bytes(device))
        unknown = DeviceInfo()
        self.assertEqual(rill.rill_describe(99, unknown.address), UNSUPPORTED)

    def test_every_usable_device_inverts_a_frame(self):
        seed = random.randrange(1 << 30)
        noise = random.Random(seed)
        for device in self.usable():
            for pixel_format in (0, NV12):
                for width, height in ((2, 2), (66, 34), (320, 180)):
                    frame = format_of(pixel_format, width, height)
                    rig = Rig(device.index, "invert", frame)
                    source = bytes(noise.randrange(256) for _ in range(frame.slot_bytes))
                    ctypes.memmove(rig.pool.base, source, len(source))
                    check(rig.submit(0, 1, 0))
                    rig.wait(1)
                    with self.subTest(device=device.name, size=(width, height), format=pixel_format, seed=seed):
                        self.assertEqual(rig.block.records[0].status, OK)
                        self.assertEqual(bytes(rig.slot(0)), source)
                        self.assertEqual(bytes(rig.slot(1)), inverted(frame, source))
                        self.assertEqual(bytes(rig.slot(2)), bytes(frame.slot_bytes))
                    rig.close()

    def test_the_window_is_kept_and_tickets_count(self):
        for device in self.usable():
            rig = Rig(device.index, "identity", format_of(NV12, 64, 32), window=2)
            with self.subTest(device=device.name):
                self.assertEqual(rig.submit(0, 1, 1), BAD_TICKET)
                self.assertEqual(rig.submit(0, 1, 0), OK)
                self.assertEqual(rig.submit(2, 3, 1), OK)
                self.assertEqual(rig.submit(4, 5, 2), BACK_PRESSURED)
                rig.wait(2)
                self.assertEqual(rig.submit(4, 5, 2), BACK_PRESSURED)
                rig.block.consumed = 1
                self.assertEqual(rig.submit(4, 5, 2), OK)
                rig.wait(3)
                self.assertEqual(rill.rill_session_check(rig.session), OK)
            rig.close()

    def test_times_are_summed(self):
        for device in self.usable():
            rig = Rig(device.index, "invert", format_of(NV12, 320, 180))
            for ticket in range(100):
                check(rig.submit(0, 1, ticket))
                rig.wait(ticket + 1)
                rig.block.consumed = ticket + 1
            times = Times()
            check(rill.rill_session_times(rig.session, times.address))
            with self.subTest(device=device.name):
                self.assertEqual(times.frames, 100 if device.kind == 1 else 2)  # One in 64 on a GPU: 32, 96.
                self.assertGreater(times.model_ns, 0)
                self.assertEqual(times.copy_in_ns > 0, device.kind != 1)
                self.assertEqual(times.copy_out_ns > 0, device.kind != 1)
            rig.close()

    def test_careless_callers_get_codes(self):
        for device in self.usable():
            rig = Rig(device.index, "tint", format_of(0, 64, 32), parameter_count=3)
            with self.subTest(device=device.name):
                good = Parameters(count=3, values=(f64 * 13)(90, 200, 0.5))
                self.assertEqual(rig.submit(0, 0, 0, good), BAD_SLOT)
                self.assertEqual(rig.submit(0, 99, 0, good), BAD_SLOT)
                self.assertEqual(rig.submit(0, 1, 0, Parameters(count=2)), BAD_PARAMETER)
                self.assertEqual(
                    rig.submit(0, 1, 0, Parameters(count=3, values=(f64 * 13)(float("nan"), 0, 0))), BAD_PARAMETER)
                wrong = Parameters(count=3)
                wrong.version = 7
                self.assertEqual(rig.submit(0, 1, 0, wrong), BAD_PARAMETER)
                self.assertEqual(rill.rill_device_close(rig.device, 0), BUSY)
                self.assertEqual(rill.rill_session_close(rig.device, 0), BAD_HANDLE)
                self.assertEqual(rill.rill_pool_close(0), BAD_HANDLE)
                self.assertEqual(rill.rill_session_check(rig.pool.pool), BAD_HANDLE)
                odd = format_of(0, 64, 32)
                odd.width = 63
                info = PoolInfo()
                self.assertEqual(rill.rill_pool_create(rig.device, odd.address, 1, 0, info.address), BAD_ARGUMENT)
            session, pool = rig.session, rig.pool.pool
            rig.close()
            self.assertEqual(rill.rill_session_close(session, 0), BAD_HANDLE)
            self.assertEqual(rill.rill_pool_close(pool), BAD_HANDLE)

    @unittest.skipUnless(PLUGIN, "no plug-in named")
    def test_a_plug_in_works_on_every_device_and_stays_while_it_does(self):
        for device in self.usable():
            path, info, frame = ctypes.create_string_buffer(PLUGIN.encode()), PluginInfo(), format_of(NV12, 66, 34)
            check(rill.rill_plugin_open(ctypes.addressof(path), info.address))
            self.assertEqual((info.name, info.parameter_count, info.parameters[0].name), (b"mark", 1, b"level"))
            rig = Rig(device.index, "", frame, parameter_count=1, plugin=info.plugin)
            ctypes.memset(rig.pool.base, 50, frame.slot_bytes)
            for ticket, level in enumerate((7, 7, 7, 9)):
                check(rig.submit(0, 1 + ticket, ticket, Parameters(count=1, values=(f64 * 13)(level))))
            rig.wait(4)
            with self.subTest(device=device.name):
                self.assertEqual(rill.rill_plugin_close(info.plugin), BUSY)
                stride = frame.plane_stride[0]
                for ticket, level in enumerate((7, 7, 7, 9)):
                    luma = bytes(rig.slot(1 + ticket))[:stride * 34]
                    rows = [luma[y * stride:y * stride + 66] for y in range(34)]
                    self.assertEqual(rows, [bytes([level] * 66)] * (34 // 8) + [bytes([50] * 66)] * (34 - 34 // 8))
            rig.close()
            check(rill.rill_plugin_close(info.plugin))
            self.assertEqual(rill.rill_plugin_close(info.plugin), BAD_HANDLE)

    def test_an_unknown_device_is_unsupported(self):
        handle = u64()
        threads = DeviceOptions(threads=1)
        code = rill.rill_device_open(999, threads.address, ctypes.addressof(handle))
        self.assertEqual(code, UNSUPPORTED)


class DriverTest(unittest.TestCase):
    """What is said of drivers that cannot be used; each in a process of its own, since a driver is loaded once."""

    def probe(self, library, **variables):
        script = ("import sys; sys.argv[1:] = [%r]; sys.path.insert(0, %r); import abi_test;"
                  "[print(d.name.decode(), d.usable, d.refusal.decode(), sep='|') for d in abi_test.devices()]"
                  % (LIBRARY, os.path.dirname(os.path.abspath(__file__))))
        environment = dict(os.environ, RILL_CUDA_LIBRARY=library, **variables)
        printed = subprocess.run([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, check=True)
        return [line.split("|") for line in printed.stdout.decode().splitlines()]

    def test_no_driver_is_said_with_the_words_of_the_loader(self):
        found = self.probe("/nonexistent/libcuda.so.1")
        self.assertEqual([device[0] for device in found], ["cpu", "cuda"])
        self.assertEqual(found[1][1], "0")
        self.assertIn("/nonexistent/libcuda.so.1", found[1][2])

    def test_a_library_that_is_no_driver_is_said(self):
        self.assertIn("has no cuInit", self.probe(LIBRARY)[1][2])

    @unittest.skipUnless(SIMULATOR, "no simulator was given")
    def test_what_a_driver_answers_is_named(self):
        cases = [({"RILL_SIMULATOR_INIT": "100"}, "no CUDA device"), ({"RILL_SIMULATOR_INIT": "802"}, "not yet ready"),
                 ({"RILL_SIMULATOR_INIT": "803"}, "do not match"), ({"RILL_SIMULATOR_INIT": "34"}, "stub"),
                 ({"RILL_SIMULATOR_VERSION": "11040"}, "CUDA 11.4: expected 12.0"),
                 ({"RILL_SIMULATOR_DEVICES": "0"}, "no CUDA device")]
        for variables, text in cases:
            with self.subTest(variables=variables):
                found = self.probe(SIMULATOR, **variables)
                self.assertEqual(found[1][1], "0")
                self.assertIn(text, found[1][2])

    @unittest.skipUnless(SIMULATOR, "no simulator was given")
    def test_every_gpu_is_listed_by_a_name_of_its_own(self):
        found = self.probe(SIMULATOR, RILL_SIMULATOR_DEVICES="3")
        self.assertEqual([device[0] for device in found], ["cpu", "simulator", "simulator:1", "simulator:2"])


class Link:
    """A link with its socket in a folder of its own, and a child process that runs `body(socket)`."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, "link")
        self.handle = u64()
        path = ctypes.create_string_buffer(self.path.encode())
        check(rill.rill_link_listen(ctypes.addressof(path), ctypes.addressof(self.handle)))

    def start(self, body):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
                    connection.connect(self.path)
                    code = body(connection)
            finally:
                os._exit(code)
        return child

    def close(self):
        check(rill.rill_link_close(self.handle))
        os.rmdir(self.folder)


def receive(connection):
    data, descriptors, _, _ = socket.recv_fds(connection, 64, 1)
    return struct.unpack("=IIQ", data) + (descriptors,) if data else None


def exit_code(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class LinkTest(unittest.TestCase):
    def test_the_other_process_writes_where_it_may_and_reads_the_rest(self):
        link, region, rig = Link(), RegionInfo(), Rig(0, "invert", format_of(NV12, 64, 32))
        results = PoolInfo()
        check(rill.rill_region_create(8192, region.address))
        check(rill.rill_pool_create(rig.device, rig.frame.address, 2, 1, results.address))
        ctypes.memmove(rig.pool.base, b"picture", 7)

        def body(connection):
            sizes = {}
            for _ in range(3):
                kind, tag, size, descriptors = receive(connection)
                if tag == 1:
                    try:
                        mmap.mmap(descriptors[0], size)
                        return 2
                    except PermissionError:
                        pass
                    if mmap.mmap(descriptors[0], size, prot=mmap.PROT_READ)[:7] != b"picture":
                        return 3
                else:
                    mmap.mmap(descriptors[0], size)[4096:4103] = b"written"
                sizes[tag] = (kind, size)
            kind, _, value, _ = receive(connection)
            connection.send(b"done")
            if receive(connection) is not None:
                return 4
            return 0 if (kind, value) == (2, 77) and all(kind == 1 for kind, _ in sizes.values()) else 5

        child = link.start(body)
        self.assertEqual(rill.rill_link_await(link.handle, 10 * SECOND), child)
        for tag, shared in enumerate((region.region, rig.pool.pool, results.pool)):
            check(rill.rill_link_share(link.handle, shared, tag))
        check(rill.rill_link_post(link.handle, 77))
        self.assertEqual(rill.rill_link_wait(link.handle, 10 * SECOND), 1)
        self.assertEqual(ctypes.string_at(region.base + 4096, 7), b"written")
        self.assertEqual(ctypes.string_at(results.base + 4096, 7), b"written")
        link.close()
        self.assertEqual(exit_code(child), 0)
        check(rill.rill_region_close(region.region))
        check(rill.rill_pool_close(results.pool))
        rig.close()

    def test_the_end_of_the_other_process_ends_the_link(self):
        link = Link()
        self.assertEqual(rill.rill_link_await(link.handle, 1), TIMEOUT)
        self.assertEqual(rill.rill_link_post(link.handle, 1), CLOSED)
        child = link.start(lambda connection: 0)
        self.assertEqual(rill.rill_link_await(link.handle, 10 * SECOND), child)
        self.assertEqual(rill.rill_link_wait(link.handle, 10 * SECOND), CLOSED)
        self.assertEqual(rill.rill_link_post(link.handle, 1), CLOSED)
        self.assertEqual(exit_code(child), 0)
        link.close()
        self.assertEqual(rill.rill_link_wait(link.handle, 1), BAD_HANDLE)

    def test_a_full_link_pushes_back(self):
        link = Link()
        child = link.start(lambda connection: 0 if time.sleep(0.5) is None else 1)
        rill.rill_link_await(link.handle, 10 * SECOND)
        codes = {rill.rill_link_post(link.handle, i) for i in range(100_000)}
        self.assertIn(BACK_PRESSURED, codes)
        os.kill(child, 9)
        exit_code(child)
        link.close()

    def test_closing_wakes_whoever_waits(self):
        link = Link()
        answers = []
        waiter = threading.Thread(target=lambda: answers.append(rill.rill_link_await(link.handle, 60 * SECOND)))
        waiter.start()
        time.sleep(0.1)
        link.close()
        waiter.join(10)
        self.assertFalse(waiter.is_alive())
        self.assertLess(answers[0], 0)

    def test_a_path_that_exists_is_refused_and_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "taken")
            pathlib.Path(path).write_text("mine")
            handle, text = u64(), ctypes.create_string_buffer(path.encode())
            self.assertLess(rill.rill_link_listen(ctypes.addressof(text), ctypes.addressof(handle)), 0)
            self.assertIn("taken", last_error())
            self.assertEqual(pathlib.Path(path).read_text(), "mine")

    def test_bad_arguments_are_named(self):
        region = RegionInfo()
        self.assertEqual(rill.rill_region_create(0, region.address), BAD_ARGUMENT)
        self.assertEqual(rill.rill_region_close(77), BAD_HANDLE)
        handle, text = u64(), ctypes.create_string_buffer(b"/" * 200)
        self.assertEqual(rill.rill_link_listen(ctypes.addressof(text), ctypes.addressof(handle)), BAD_ARGUMENT)
        link = Link()
        self.assertEqual(rill.rill_link_share(link.handle, 77, 0), BAD_HANDLE)
        link.close()


if __name__ == "__main__":
    if SIMULATOR:
        path = ctypes.create_string_buffer(SIMULATOR.encode())
        check(rill.rill_driver_library(ctypes.addressof(path)))
    print("devices: " + ", ".join("%s (%s)" % (device.name.decode(), device.refusal.decode() or "usable")
                                  for device in devices()))
    unittest.main(argv=sys.argv[:1], verbosity=1)
