package dev.rill.gpu;

import static dev.rill.gpu.WorkerRig.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.rill.gpu.internal.NativeLibraryLoader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models in Python files, each session in a process of its own. */
@ParameterizedClass
@MethodSource("devices")
class WorkerModelTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.NV12, 64, 32);

    private final String device;
    @TempDir
    private Path folder;

    WorkerModelTest(final String device) {
        this.device = device;
    }

    static List<String> devices() {
        return TestBridges.devices().stream().filter(device -> !"java".equals(device)).toList();
    }

    /** The driver that counts stands in for that of a GPU in the process. */
    @Test
    void shouldPinTheMemoryOfFramesInTheProcessOfAModelThatAsksForIt() {
        Simulator.assumePresent();
        final WorkerContext context = script(folder, "pinned",
            "import ctypes",
            "PIN = True",
            "os.environ['RILL_CUDA_LIBRARY'] = '" + System.getProperty(NativeLibraryLoader.DRIVER_PROPERTY) + "'",
            "driver = ctypes.CDLL(os.environ['RILL_CUDA_LIBRARY'])",
            "driver.rill_simulator_count.restype = ctypes.c_int64",
            "def process(frame, params):",
            "    frame.out[0][...] = driver.rill_simulator_count(b'cuMemHostRegister_v2')",
            "    frame.out[0][1] = driver.rill_simulator_count(b'cuMemHostUnregister')");
        try (WorkerRig rig = new WorkerRig(device, FORMAT, context)) {
            assertThat(rig.run(2)).containsOnly(BridgeSession.OK);
            assertThat(rig.pictures).allSatisfy(picture -> {
                assertThat(picture[0]).as("inputs and results").isEqualTo((byte) 2);
                assertThat(picture[64]).as("given up").isZero();
            });
        }
    }

    @Test
    void shouldWorkWithoutADriverForAModelThatAsksForPinnedMemory() {
        final WorkerContext context = script(folder, "unpinned",
            "PIN = True", "os.environ['RILL_CUDA_LIBRARY'] = '/nonexistent/libcuda.so'",
            "def process(frame, params): frame.out[0][...] = 9");
        try (WorkerRig rig = new WorkerRig(device, FORMAT, context)) {
            assertThat(rig.run(1)).containsOnly(BridgeSession.OK);
            assertThat(rig.pictures.get(0)[0]).isEqualTo((byte) 9);
        }
    }

    @Test
    void shouldGoOnWithTheNextProcessWhenOneIsKilled() {
        final WorkerContext context = script(folder, "mortal",
            "def process(frame, params):",
            "    if frame.ticket == 1 and frame.generation == 1:",
            "        os.kill(os.getpid(), 9)",
            "    frame.out[0][...] = frame.generation");
        try (WorkerRig rig = new WorkerRig(device, FORMAT, context)) {
            assertThat(rig.run(3)).containsExactly(BridgeSession.OK, BridgeSession.KERNEL_FAILED, BridgeSession.OK);
            assertThat(rig.pictures.get(2)[0]).isEqualTo((byte) 2);
        }
    }

    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void shouldComputeWhatTheFileSays(final PixelFormat pixelFormat) {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final FrameFormat format = FrameFormat.of(pixelFormat, 2 + 2 * random.nextInt(80), 2 + 2 * random.nextInt(80));
        try (WorkerRig rig = new WorkerRig(device, format, example("negative"))) {
            final long frames = 1 + random.nextInt(20);
            for (int i = 0; i < frames; i++) {
                assertThat(rig.submitWhenReady(rig.model.defaults(), seed + i)).isEqualTo(i);
                rig.awaitCompleted(i + 1);
            }

            assertThat(rig.statuses).containsOnly(BridgeSession.OK);
            assertThat(rig.pictures).as("%s seed %d", format, seed)
                .containsExactlyElementsOf(rig.reference(Model.builtIn("invert"), Map.of(), seed, (int) frames));
        }
    }

    /** The host's page and the process's page are the same page of the same file. */
    @Test
    void shouldWorkWhereTheHostReadsAndWritesInsteadOfCopying() throws IOException {
        final WorkerContext context = script(folder, "where",
            "def place(plane):",
            "    at = plane.ctypes.data",
            "    for line in open('/proc/self/maps'):",
            "        span, rights, offset, device, inode = line.split()[:5]",
            "        first, end = (int(part, 16) for part in span.split('-'))",
            "        if first <= at < end:",
            "            return [int(inode), int(offset, 16) + at - first, rights == 'r--s']",
            "def process(frame, params):",
            "    said = np.array(place(frame.planes[0]) + place(frame.out[0]), np.uint64).view(np.uint8)",
            "    frame.out[0][0, :said.size] = said");
        try (WorkerRig rig = new WorkerRig(device, FORMAT, context)) {
            final FrameSlot[] taken = {rig.inputs.acquire(), rig.inputs.acquire(), rig.results.acquire()};
            final FrameSlot in = taken[1];
            final FrameSlot out = rig.results.acquire();
            TestBridges.await(() -> rig.session.submit(in, out, rig.model.defaults()) == 0, () -> "no process");
            rig.awaitCompleted(1);
            final ByteBuffer said = ByteBuffer.wrap(rig.pictures.get(0)).order(ByteOrder.nativeOrder());

            assertThat(said.getLong(0)).as("file of the input").isEqualTo(inode(in)).isNotZero();
            assertThat(said.getLong(8)).as("place of the input in it").isEqualTo(offset(in)).isPositive();
            assertThat(said.getLong(16)).as("read-only").isOne();
            assertThat(said.getLong(24)).as("file of the result").isEqualTo(inode(out)).isNotEqualTo(inode(in));
            assertThat(said.getLong(32)).as("place of the result in it").isEqualTo(offset(out)).isPositive();
            for (final FrameSlot slot : taken) {
                slot.release();
            }
            out.release();
        }
    }

    @Test
    void shouldNotLetTheModelWriteItsInput() {
        final WorkerContext context = script(folder, "vandal",
            "def process(frame, params):",
            "    for spoil in (lambda: frame.planes[0].fill(0), lambda: frame.planes[0].setflags(write=True),",
            "                  lambda: frame.planes[0].base.__setitem__(0, 1)):",
            "        try:",
            "            spoil()",
            "        except (ValueError, TypeError):",
            "            frame.out[0][0, 0] += 1",
            "    frame.out[0][0, 1] = 3");
        try (WorkerRig rig = new WorkerRig(device, FORMAT, context)) {
            assertThat(rig.run(1)).containsExactly(BridgeSession.OK);
            assertThat(rig.pictures.get(0)[0]).as("refusals").isEqualTo(rig.pictures.get(0)[1]);
        }
    }

    @Test
    void shouldTellTheModelItsParametersAndTheHostTheirVersion() {
        final WorkerContext context = script(folder, "levels",
            "'''Sets\tlevels. \n\nMore of it.'''",
            "PARAMETERS: dict = {'luma': (0, 255, 16, 'of Y'), 'chroma': (-1.5, 255, 128, 'of U and V')}",
            "def process(frame, params):",
            "    return [np.full(plane.shape, params['luma' if i == 0 else 'chroma'])",
            "            for i, plane in enumerate(frame.planes)]");
        try (WorkerRig rig = new WorkerRig(device, FORMAT, context)) {
            assertThat(rig.model.name()).isEqualTo("levels");
            assertThat(rig.model.parameters()).containsExactly(
                new ParameterSpec("luma", 0, 255, 16, "of Y"),
                new ParameterSpec("chroma", -1.5, 255, 128, "of U and V"));

            ModelParameters parameters = rig.model.defaults();
            for (int i = 0; i < 3; i++) {
                assertThat(rig.submitWhenReady(parameters, i)).isEqualTo(i);
                rig.awaitCompleted(i + 1);
                final byte[] picture = rig.pictures.get(i);
                assertThat(picture[0]).isEqualTo((byte) parameters.value("luma"));
                assertThat(picture[picture.length - 1]).isEqualTo((byte) parameters.value("chroma"));
                parameters = parameters.with(Map.of("luma", 100.0 + i, "chroma", 7.0 + i));
            }
        }
    }

    @Test
    void shouldFailAFrameByAnExceptionAndNoOther() {
        final WorkerContext context = script(folder, "moody",
            "def process(frame, params):",
            "    if frame.ticket == 1:",
            "        raise ValueError('not frame %d \\ud800\\n of mine' % frame.ticket)",
            "    if frame.ticket == 2:",
            "        return [np.zeros((1, 1))]",
            "    if frame.ticket == 3:",
            "        return [np.zeros((1, 1)) for plane in frame.planes]",
            "    frame.out[0][...] = frame.generation");
        try (WorkerRig rig = new WorkerRig(device, FORMAT, context)) {
            assertThat(rig.run(2)).containsExactly(BridgeSession.OK, BridgeSession.KERNEL_FAILED);
            assertThat(rig.session.failure()).isEqualTo("ValueError: not frame 1 ? of mine");
            assertThat(rig.run(1)).containsExactly(BridgeSession.KERNEL_FAILED);
            assertThat(rig.session.failure()).contains("1 planes, expected 2");
            assertThat(rig.run(1)).containsExactly(BridgeSession.KERNEL_FAILED);
            assertThat(rig.session.failure()).contains("plane 0 of shape (1, 1), expected (32, 64)");
            assertThat(rig.run(1)).containsExactly(BridgeSession.OK);
            assertThat(rig.pictures.get(4)[0]).as("still the first process").isEqualTo((byte) 1);
        }
    }

    @Test
    void shouldRunEachSessionInAProcessOfItsOwn() {
        final WorkerContext context = script(folder, "who",
            "seen = 0",
            "def process(frame, params):",
            "    global seen",
            "    seen += 1",
            "    frame.out[0][0, :4] = np.array([os.getpid()], np.uint32).view(np.uint8)",
            "    frame.out[0][0, 4] = seen");
        try (WorkerRig one = new WorkerRig(device, FORMAT, context);
            BridgeSession two = one.bridge.openSession(one.model, FORMAT, 2)) {
            one.run(3);
            final FrameSlot in = one.inputs.acquire();
            final FrameSlot out = one.results.acquire();
            TestBridges.await(() -> two.submit(in, out, one.model.defaults()) == 0, () -> "no process");
            TestBridges.pollAll(two, TestBridges.releasing(), 1);

            assertThat(one.pictures.get(2)[4]).isEqualTo((byte) 3);
            assertThat(WorkerRig.picture(out)[4]).isEqualTo((byte) 1);
            assertThat(pid(WorkerRig.picture(out))).isNotEqualTo(pid(one.pictures.get(2))).isPositive();
            in.release();
            out.release();
        }
    }

    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void shouldTurnFramesIntoColoursAndBack(final PixelFormat pixelFormat) {
        final WorkerContext context = script(folder, "colours",
            "PARAMETERS = {'y': (16, 235, 120, 'luma'), 'u': (16, 240, 110, 'U'), 'v': (16, 240, 140, 'V')}",
            "def process(frame, params):",
            "    class Given: pass",
            "    frame.planes = [np.full(p.shape, params['y']) for p in frame.planes[:1]] + (",
            "        [np.full(frame.planes[1].shape, params[c]) for c in 'uv'] if frame.format == 'I420' else",
            "        [np.stack([np.full(frame.planes[1].shape[:2], params[c]) for c in 'uv'], -1)])",
            "    frame.write_rgb(frame.rgb())");
        try (WorkerRig rig = new WorkerRig(device, FrameFormat.of(pixelFormat, 64, 32), context)) {
            rig.run(1);
            final byte[] picture = rig.pictures.get(0);
            final boolean isPlanar = pixelFormat == PixelFormat.I420;
            assertThat(picture[0]).isEqualTo((byte) 120);
            assertThat(picture[64 * 32]).isEqualTo((byte) 110);
            assertThat(picture[64 * 32 + (isPlanar ? 32 * 16 : 1)]).isEqualTo((byte) 140);
        }
    }

    @ParameterizedTest
    @EnumSource(Colours.class)
    void shouldMixColoursAsTheFormatOfTheSessionSays(final Colours colours) {
        final WorkerContext context = script(folder, "mixing",
            "def process(frame, params):",
            "    given = (np.full(plane.shape, value) for plane, value in zip(frame.planes, (120, 110, 140)))",
            "    frame.planes = list(given)",
            "    rgb = frame.rgb()",
            "    frame.write_rgb(rgb)",
            "    back = [int(plane[0, 0]) for plane in frame.out]",
            "    if back != [120, 110, 140]: raise ValueError('%s: %s' % (frame.colours, back))",
            "    frame.out[0][0, :3] = np.round(rgb[0, 0] * 255)");
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 64, 32).colours(colours);
        try (WorkerRig rig = new WorkerRig(device, format, context)) {
            rig.run(1);
            for (int c = 0; c < 3; c++) {
                final double expected = 255 * TensorReference.channel(120, 110, 140, c, colours);
                assertThat((double) (rig.pictures.get(0)[c] & 0xff)).as("channel %d", c)
                    .isCloseTo(expected, within(0.6));
            }
        }
    }

    @Test
    void shouldNotAllocateInSteadyState() {
        try (WorkerRig rig = new WorkerRig(device, FORMAT, example("negative"))) {
            rig.run(1);
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final ModelParameters parameters = rig.model.defaults();
            final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
                in.release();
                out.release();
            };
            long bytes = 0;
            for (int i = 0; i < 3_000; i++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                final FrameSlot in = rig.inputs.acquire();
                final FrameSlot out = rig.results.acquire();
                rig.session.submit(in, out, parameters);
                in.release();
                out.release();
                while (rig.session.poll(handler, 1) == 0) {
                    Thread.onSpinWait();
                }
                bytes = i < 2_000 ? 0 : bytes + threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(bytes / 1_000).as("bytes per frame").isZero();
        }
    }

    /** So that live frames do not grow old in a window that nobody works on. */
    @Test
    void shouldPushFramesBackAsLongAsThereIsNoProcess() {
        try (WorkerRig rig = new WorkerRig(device, FORMAT, script(folder, "late", "time.sleep(0.5)",
            "def process(frame, params): pass"))) {
            assertThat(rig.submit()).isEqualTo(BridgeSession.BACK_PRESSURED);
            assertThat(rig.session.inFlight()).isZero();
            assertThat(rig.inputs.outstanding() + rig.results.outstanding()).isZero();
            assertThat(rig.run(1)).containsExactly(BridgeSession.OK);
        }
    }

    @Test
    void shouldWriteOnlyIntoPoolsForResults() {
        try (WorkerRig rig = new WorkerRig(device, FORMAT, example("negative"))) {
            final FrameSlot in = rig.inputs.acquire();
            final FrameSlot out = rig.inputs.acquire();

            assertThat(rig.session.submit(in, out, rig.model.defaults())).isEqualTo(BridgeSession.BAD_SLOT);
            assertThat(rig.session.failure()).contains("newResultPool");
            in.release();
            out.release();
            assertThat(rig.run(1)).containsExactly(BridgeSession.OK);
        }
    }

    /** More pools than a process may have mapped at a time. */
    @Test
    void shouldTakeFramesOfPoolsThatComeAndGo() {
        try (WorkerRig rig = new WorkerRig(device, FORMAT, example("negative"))) {
            for (int i = 0; i < 40; i++) {
                try (FramePool in = rig.bridge.newPool(FORMAT, 1);
                    FramePool out = rig.bridge.newResultPool(FORMAT, 1)) {
                    final FrameSlot source = in.acquire();
                    final FrameSlot result = out.acquire();
                    source.memory().put(0, (byte) i);
                    final int ticket = i;
                    TestBridges.await(() -> rig.session.submit(source, result, rig.model.defaults()) == ticket,
                        () -> "no process");
                    source.release();
                    result.release();
                    rig.awaitCompleted(i + 1);
                    assertThat(rig.pictures.get(i)[0]).isEqualTo((byte) (251 - i));
                }
            }
            assertThat(rig.statuses).containsOnly(BridgeSession.OK);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "def other(): pass | no function process(frame, params)",
        "def process(frame: | (wrong.py, line 3)",
        "process = PARAMETERS = 7 | object has no attribute",
        "process = 1; PARAMETERS = {'a': (1, 2)} | not enough values to unpack",
        "process = 1; PARAMETERS = {'a': (1, 0, 0, '')} | parameter 'a': 1.0 to 0.0",
        "process = 1; PARAMETERS = {'a': (0, 1, 2, '')} | default 2.0",
        "process = 1; PARAMETERS = {'a b': (0, 1, 1, '')} | 'a b' is not a name",
        "process = 1; PARAMETERS = {chr(97): (0, 1, 1, '')} | malformed node",
        "process = 1; PARAMETERS = dict.fromkeys('abcdefghijklmn', (0, 1, 1, '')) | malformed node"})
    void shouldNameWhatIsWrongWithAFile(final String text, final String reason) {
        final WorkerContext context = script(folder, "wrong", text);

        assertThatThrownBy(() -> Model.worker(context)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("wrong.py").hasMessageContaining(reason);
    }

    @Test
    void shouldReadAFileThatPythonWarnsOf() {
        final WorkerContext context = script(folder, "warned", "x = 1 is 1", "def process(frame, params): pass");

        assertThat(Model.worker(context).name()).isEqualTo("warned");
    }

    @Test
    void shouldNameWhatIsWrongWithOptions() {
        final Path file = folder.resolve("a.py");
        assertThatThrownBy(() -> Model.worker(new WorkerContext().script(file)))
            .hasMessageContaining("a.py").hasMessageContaining("expected a file that ends in .py");
        final WorkerContext missing = script(folder, "a", "def process(frame, params): pass").python("/no/python");
        assertThatThrownBy(() -> Model.worker(missing)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("a.py").hasMessageContaining("/no/python");
        assertThatThrownBy(() -> Model.worker(script(folder, "a", "process = 1").frameTimeoutNs(0)))
            .hasMessageContaining("frameTimeoutNs=0");
        assertThatThrownBy(() -> Model.worker(script(folder, "a", "process = 1").restarts(-1)))
            .hasMessageContaining("restarts=-1");
    }

    @Test
    void shouldRefuseADeviceWhoseMemoryNobodyElseCanMap() {
        final Model model = Model.worker(example("negative"));
        try (Bridge bridge = TestBridges.launch("java", 1)) {
            assertThatThrownBy(() -> bridge.openSession(model, FORMAT, 2)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("negative").hasMessageContaining("device 'java'");
            assertThat(bridge.openSessions()).isZero();
        }
    }

    private static WorkerContext example(final String name) {
        return new WorkerContext().script(EXAMPLES.resolve(name + ".py")).python(dev.rill.testing.NumPy.interpreter());
    }

    private static int pid(final byte[] picture) {
        return ByteBuffer.wrap(picture).order(ByteOrder.nativeOrder()).getInt(0);
    }

    private static long inode(final FrameSlot slot) throws IOException {
        return Long.parseLong(mapping(slot)[4]);
    }

    private static long offset(final FrameSlot slot) throws IOException {
        final String[] mapping = mapping(slot);
        return Long.parseLong(mapping[2], 16) + slot.planeAddress(0)
            - Long.parseUnsignedLong(mapping[0].split("-")[0], 16);
    }

    private static String[] mapping(final FrameSlot slot) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().map(line -> line.split(" +"))
            .filter(fields -> {
                final String[] span = fields[0].split("-");
                final long at = slot.planeAddress(0);
                return Long.parseUnsignedLong(span[0], 16) <= at && at < Long.parseUnsignedLong(span[1], 16);
            }).findFirst().orElseThrow();
    }
}
