package dev.rill.gpu;

import static dev.rill.gpu.BridgeSession.KERNEL_FAILED;
import static dev.rill.gpu.BridgeSession.OK;
import static dev.rill.gpu.WorkerRig.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.testing.NumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that work on batches: all of their sessions in one process. */
@Timeout(60)
class SharedWorkerTest {
    private static final String DEVICE = "cpu";
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.I420, 64, 32);
    private static final FrameFormat OTHER_FORMAT = FrameFormat.of(PixelFormat.I420, 32, 32);

    @TempDir
    private Path folder;
    private final List<WorkerRig> rigs = new ArrayList<>();

    @BeforeEach
    void assumeNumPy() {
        NumPy.interpreter();
    }

    @AfterEach
    void leaveNothing() {
        rigs.forEach(WorkerRig::close);
        TestBridges.await(() -> processes().isEmpty(), () -> "processes left: " + processes());
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
            .noneMatch(name -> name.startsWith("rill-worker"));
    }

    /** While the first batch waits for a file, the others gather. */
    @Test
    void shouldGetTheFramesOfAllSessionsInBatchesAndGiveEachItsOwnResult() throws IOException {
        final Path gate = folder.resolve("gate");
        final Model model = Model.worker(script(folder, "batched",
            "BATCH = 6",
            "PARAMETERS = {'level': (0, 255, 0, 'what is written')}",
            "def process_batch(frames, params):",
            "    while not os.path.exists('" + gate + "'): time.sleep(0.001)",
            "    for frame, values in zip(frames, params):",
            "        frame.out[0][0] = int(values['level'])",
            "        frame.out[0][1] = len(frames)",
            "        frame.out[0][2:4] = np.frombuffer(np.int64(os.getpid()).tobytes(), np.uint8)[:2, None]",
            "        frame.out[0][4:] = frame.planes[0][4:]"));
        open(model, FORMAT, FORMAT, FORMAT);
        for (int i = 0; i < 3; i++) {
            for (int frame = 0; frame < WorkerRig.WINDOW; frame++) {
                final ModelParameters level = model.parameters(Map.of("level", 10.0 * i + frame));
                assertThat(rigs.get(i).submitWhenReady(level, 100 * i + frame)).isEqualTo(frame);
            }
        }
        Files.createFile(gate);
        rigs.forEach(rig -> rig.awaitCompleted(WorkerRig.WINDOW));

        final Set<Integer> sizes = new HashSet<>();
        final Set<Integer> pids = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            assertThat(rigs.get(i).statuses).containsOnly(OK);
            for (int frame = 0; frame < WorkerRig.WINDOW; frame++) {
                final byte[] picture = rigs.get(i).pictures.get(frame);
                assertThat(picture[0]).as("level of frame %d of session %d", frame, i)
                    .isEqualTo((byte) (10 * i + frame));
                sizes.add((int) picture[64]);
                pids.add(picture[128] << 8 | picture[192] & 0xff);
            }
        }
        assertThat(sizes).as("frames in a batch").contains(6).allMatch(size -> size <= 6);
        assertThat(pids).as("processes").hasSize(1);
    }

    @Test
    void shouldPutOnlyFramesOfOneSizeIntoABatch() {
        final Model model = Model.worker(script(folder, "sizes",
            "BATCH = 8",
            "def process_batch(frames, params):",
            "    time.sleep(0.002)",
            "    alike = len({(frame.width, frame.height, frame.format) for frame in frames}) == 1",
            "    for frame in frames: frame.out[0][...] = 1 if alike else 0"));
        open(model, FORMAT, OTHER_FORMAT, FORMAT, OTHER_FORMAT);
        for (int frame = 0; frame < 20; frame++) {
            rigs.forEach(rig -> assertThat(rig.submitWhenReady()).isNotNegative());
            final int least = Math.max(0, frame - WorkerRig.WINDOW + 2);
            rigs.forEach(rig -> rig.awaitCompleted(least));
        }
        rigs.forEach(rig -> rig.awaitCompleted(20));

        for (final WorkerRig rig : rigs) {
            assertThat(rig.statuses).containsOnly(OK);
            assertThat(rig.pictures).allMatch(picture -> picture[0] == 1);
        }
    }

    /** The frame of one session makes the model fail: its neighbours of the batch have nothing of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "raise ValueError('odd frame')|ValueError: odd frame",
        "return [None] * (len(frames) + 1)|ValueError: process_batch() returned 2 results, expected 1",
        "return [(1, 2)] * len(frames)|ValueError: process() returned 2 planes, expected 3"})
    void shouldFailTheFrameThatTheModelFailsOnAndNoOther(final String failure, final String reason) {
        final Model model = Model.worker(script(folder, "picky",
            "BATCH = 8",
            "PARAMETERS = {'odd': (0, 1, 0, 'whether it fails')}",
            "def process_batch(frames, params):",
            "    time.sleep(0.02)",
            "    if any(values['odd'] for values in params):",
            "        " + failure,
            "    for frame in frames: frame.out[0][...] = 5"));
        open(model, FORMAT, FORMAT);
        final List<Integer> odd = List.of(0, 1, 0, 0);
        for (final int value : odd) {
            rigs.get(0).submitWhenReady(model.parameters(Map.of("odd", (double) value)), 1);
            rigs.get(1).submitWhenReady();
        }
        rigs.forEach(rig -> rig.awaitCompleted(4));

        assertThat(rigs.get(0).statuses).containsExactly(OK, KERNEL_FAILED, OK, OK);
        assertThat(rigs.get(0).session.failure()).isEqualTo(reason);
        assertThat(rigs.get(1).statuses).containsExactly(OK, OK, OK, OK);
        assertThat(rigs.get(1).pictures).allMatch(picture -> picture[0] == 5);
    }

    @Test
    void shouldLeaveTheOthersAloneWhenASessionClosesWithFramesOut() {
        final Model model = Model.worker(script(folder, "slow",
            "BATCH = 2",
            "def process_batch(frames, params):",
            "    time.sleep(0.03)",
            "    for frame in frames: frame.out[0][...] = frame.generation"));
        open(model, FORMAT, FORMAT);
        final WorkerRig leaving = new WorkerRig(DEVICE, FORMAT, model);
        for (int i = 0; i < WorkerRig.WINDOW; i++) {
            leaving.submitWhenReady();
            rigs.get(0).submitWhenReady();
        }
        leaving.close();

        rigs.get(0).awaitCompleted(WorkerRig.WINDOW);
        assertThat(rigs.get(0).run(2)).containsOnly(OK);
        assertThat(rigs.get(1).run(2)).containsOnly(OK);
        assertThat(rigs.get(0).pictures).as("of the first process").allMatch(picture -> picture[0] == 1);
    }

    @Test
    void shouldGoOnInOneNewProcessWhenTheirsIsKilled() {
        final Model model = Model.worker(script(folder, "mortal",
            "BATCH = 4",
            "PARAMETERS = {'deadly': (0, 1, 0, '')}",
            "def process_batch(frames, params):",
            "    for frame, values in zip(frames, params):",
            "        if values['deadly']: os.kill(os.getpid(), 9)",
            "        frame.out[0][...] = frame.generation",
            "        frame.out[0][1] = os.getpid() % 251"));
        open(model, FORMAT, FORMAT, FORMAT);
        rigs.forEach(rig -> assertThat(rig.run(1)).containsExactly(OK));
        rigs.get(1).submitWhenReady(model.parameters(Map.of("deadly", 1.0)), 1);
        rigs.get(1).awaitCompleted(2);
        assertThat(rigs.get(1).statuses.get(1)).isEqualTo(KERNEL_FAILED);
        assertThat(rigs.get(1).session.failure()).contains("ended by itself, exit code 137");

        rigs.forEach(rig -> TestBridges.await(() -> rig.run(1).get(0) == OK, () -> rig.session.failure()));
        assertThat(rigs.stream().map(rig -> rig.pictures.get(rig.pictures.size() - 1))
            .map(last -> last[0] + " " + last[64]).distinct()).as("generation and process").hasSize(1);
    }

    /** Whoever finds out has it killed; the others are told whose fault it was not. */
    @Test
    void shouldEndAProcessForAllThatWritesBehindAResultOfOne() {
        final Model model = Model.worker(script(folder, "careless",
            "import ctypes",
            "BATCH = 4",
            "PARAMETERS = {'careless': (0, 1, 0, '')}",
            "def process_batch(frames, params):",
            "    for frame, values in zip(frames, params):",
            "        frame.out[0][...] = frame.generation",
            "        last = frame.out[-1]",
            "        if values['careless']:",
            "            ctypes.memset(last.ctypes.data, 0, last.strides[0] * (last.shape[0] + 8))"));
        open(model, FORMAT, FORMAT);
        rigs.forEach(rig -> assertThat(rig.run(1)).containsExactly(OK));
        rigs.get(0).submitWhenReady(model.parameters(Map.of("careless", 1.0)), 1);
        rigs.get(0).awaitCompleted(2);
        assertThat(rigs.get(0).statuses.get(1)).isEqualTo(KERNEL_FAILED);
        assertThat(rigs.get(0).session.failure()).contains("wrote behind the result of frame 1");

        rigs.forEach(rig -> TestBridges.await(() -> {
            rig.run(1);
            return rig.pictures.get(rig.pictures.size() - 1)[0] == 2;
        }, () -> rig.session.failure()));
    }

    @Test
    void shouldNameWhatIsWrongWithAFileThatWantsBatches() {
        assertThatThrownBy(() -> Model.worker(script(folder, "none", "BATCH = 4", "def process(frame, params): pass")))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("no function process_batch(frames, params)");
        assertThatThrownBy(() -> Model.worker(script(folder, "zero", "BATCH = 0", "def process_batch(f, p): pass")))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("BATCH: expected a number from 1 to 64");
    }

    /** Seeds differ, so that results of neighbours do. */
    @Test
    void shouldGiveWhatTheExampleGivesInEverySession() {
        final Model model = Model.worker(
            new WorkerContext().script(Path.of("..", "examples", "batched.py")).python(NumPy.interpreter()));
        open(model, FORMAT, FORMAT);
        final long seed = new Random().nextLong();
        for (int i = 0; i < WorkerRig.WINDOW; i++) {
            rigs.get(0).submitWhenReady(model.defaults(), seed + i);
            rigs.get(1).submitWhenReady(model.defaults(), seed + 100 + i);
        }
        for (int i = 0; i < 2; i++) {
            rigs.get(i).awaitCompleted(WorkerRig.WINDOW);
            assertThat(rigs.get(i).pictures).as("session %d seed %d", i, seed).containsExactlyElementsOf(
                rigs.get(i).reference(Model.builtIn("invert"), Map.of(), seed + 100 * i, WorkerRig.WINDOW));
        }
    }

    private void open(final Model model, final FrameFormat... formats) {
        for (final FrameFormat format : formats) {
            rigs.add(new WorkerRig(DEVICE, format, model));
        }
    }

    private static List<ProcessHandle> processes() {
        try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
            return children.filter(child -> child.info().commandLine().orElse("").contains("rill_worker")).toList();
        }
    }
}
