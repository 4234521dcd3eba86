package dev.rill.gpu;

import static dev.rill.gpu.BridgeSession.DEVICE_LOST;
import static dev.rill.gpu.BridgeSession.KERNEL_FAILED;
import static dev.rill.gpu.BridgeSession.OK;
import static dev.rill.gpu.WorkerRig.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.gpu.internal.RillNative;
import dev.rill.testing.NumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that end, hang, or do what they must not: their frames fail, the next process goes on. */
class WorkerFaultTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.I420, 64, 32);
    /** Devices differ by their pools alone, and WorkerModelTest has those of every kind. */
    private static final String DEVICE = "cpu";
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(400);

    @TempDir
    private Path folder;
    private long foldersBefore;

    @BeforeEach
    void count() throws IOException {
        foldersBefore = workerFolders();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        TestBridges.await(() -> processes().isEmpty(), () -> "processes left: " + processes());
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
            .noneMatch(name -> name.startsWith("rill-worker"));
        assertThat(workerFolders()).as("temporary folders").isEqualTo(foldersBefore);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "os.kill(os.getpid(), 9); ended by itself, exit code 137",
        "os._exit(3); ended by itself, exit code 3",
        "sys.exit('out of licences'); exit code 1: about to end | out of licences",
        "__import__('ctypes').string_at(0); ended by itself, exit code 139"})
    void shouldGoOnWithTheNextProcessWhenOneEndsInTheMiddleOfAFrame(final String end, final String reason) {
        final WorkerContext context = script(folder, "ending",
            "def process(frame, params):",
            "    if frame.ticket == 1 and frame.generation == 1:",
            "        print('about to end')",
            "        " + end,
            "    frame.out[0][...] = frame.generation");
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            assertThat(rig.run(3)).containsExactly(OK, KERNEL_FAILED, OK);
            assertThat(rig.session.failure()).contains("worker of model 'ending'").contains(reason.strip());
            assertThat(rig.pictures.get(0)[0]).isEqualTo((byte) 1);
            assertThat(rig.pictures.get(2)[0]).isEqualTo((byte) 2);
        }
    }

    /** What was submitted when the process died fails, what comes while there is none waits for the next. */
    @Test
    void shouldTellEachFrameOnceInOrderWhateverHappensBetween() {
        final WorkerContext context = script(folder, "fragile",
            "def process(frame, params):",
            "    if frame.ticket % 50 == 40:",
            "        os.kill(os.getpid(), 9)",
            "    frame.out[0][...] = frame.ticket").restarts(100);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            int submitted = 0;
            while (submitted < 200) {
                submitted += rig.submit() >= 0 ? 1 : 0;
                rig.awaitCompleted(Math.max(0, submitted - WorkerRig.WINDOW + 1));
            }
            rig.awaitCompleted(200);

            for (int i = 0; i < 200; i++) {
                assertThat(rig.statuses.get(i)).as("frame %d", i).isIn(i % 50 == 40 ? List.of(KERNEL_FAILED)
                    : i % 50 > 40 && i % 50 < 40 + WorkerRig.WINDOW ? List.of(OK, KERNEL_FAILED) : List.of(OK));
                if (rig.statuses.get(i) == OK) {
                    assertThat(rig.pictures.get(i)[0]).as("frame %d", i).isEqualTo((byte) i);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "time.sleep(1000)", "os.kill(os.getpid(), 19)", "while True: pass",
        "import ctypes; ctypes.PyDLL(None).sleep(1000)"})
    void shouldReplaceAProcessThatHangs(final String hang) {
        final WorkerContext context = script(folder, "hanging",
            "def process(frame, params):",
            "    if frame.ticket == 1 and frame.generation == 1:",
            "        " + hang).frameTimeoutNs(SHORT_NS);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            assertThat(rig.run(3)).containsExactly(OK, KERNEL_FAILED, OK);
            assertThat(rig.session.failure()).contains("hangs").contains("frameTimeoutNs=" + SHORT_NS);
        }
    }

    /** Nothing is asked of it, but it does not live: the next frame need not find out. */
    @Test
    void shouldReplaceAProcessThatStandsStillWhileThereIsNothingToDo() {
        final WorkerContext context = script(folder, "still",
            "import threading",
            "def process(frame, params):",
            "    frame.out[0][...] = frame.generation",
            "    if frame.generation == 1:",
            "        threading.Timer(0.1, os.kill, (os.getpid(), 19)).start()").frameTimeoutNs(2 * SHORT_NS);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            rig.run(1);
            final ProcessHandle first = TestBridges.awaitValue(() -> processes().stream().findFirst());
            TestBridges.await(() -> !processes().contains(first), () -> "still there: " + first);

            assertThat(rig.run(1)).containsExactly(OK);
            assertThat(rig.pictures.get(1)[0]).isEqualTo((byte) 2);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ring.answer(frame.ticket + 4, 0, '', 1, 2) or ring.done.__setattr__('value', 2) | answers frame 5, expected 1",
        "ring.done.__setattr__('value', 77) | says that 77 frames are done, expected 1 to 2",
        "ring.done.__setattr__('value', 0) | says that 0 frames are done, expected 1 to 2",
        "ring.answer(frame.ticket, 99, '', 1, 2) | answers frame 1 with status 99"})
    void shouldReplaceAProcessThatSaysWhatCannotBe(final String garbage, final String reason) {
        final WorkerContext context = script(folder, "lying",
            "import gc, __main__",
            "def process(frame, params):",
            "    if frame.ticket == 1 and frame.generation == 1:",
            "        worker = next(each for each in gc.get_objects() if isinstance(each, __main__.Session))",
            "        ring = worker.ring",
            "        " + garbage,
            "        worker.link.send(b'!')",
            "        time.sleep(1000)");
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            assertThat(rig.run(3)).containsExactly(OK, KERNEL_FAILED, OK);
            assertThat(rig.session.failure()).contains(reason);
        }
    }

    @Test
    void shouldNoticeAResultThatWasWrittenTooFarAndLeaveTheRestAlone() {
        final WorkerContext context = script(folder, "careless",
            "import ctypes",
            "def process(frame, params):",
            "    frame.out[0][...] = frame.ticket",
            "    if frame.ticket == 1:",
            "        last = frame.out[-1]",
            "        ctypes.memset(last.ctypes.data, 0, last.strides[0] * (last.shape[0] + 8))");
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context);
            WorkerRig other =
                new WorkerRig(DEVICE, FORMAT, script(folder, "calm", "def process(frame, params): pass"))) {
            assertThat(rig.run(3)).containsExactly(OK, KERNEL_FAILED, OK);
            assertThat(rig.session.failure()).contains("wrote behind the result of frame 1");
            assertThat(other.run(2)).containsExactly(OK, OK);
        }
    }

    @Test
    void shouldEndTheSessionWhenTheModelCannotBeLoaded() {
        final WorkerContext context = script(folder, "broken",
            "def process(frame, params): pass", "raise RuntimeError('no weights')").restarts(2);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            assertThat(rig.submitWhenReady()).isEqualTo(DEVICE_LOST);
            assertThat(rig.session.failure()).contains("RuntimeError: no weights").contains("replaced 2 times");
        }
    }

    @Test
    void shouldEndTheSessionOnceTheBudgetIsSpentAndKeepItsNeighbour() {
        final WorkerContext context = script(folder, "dying",
            "def process(frame, params):", "    os._exit(5)").restarts(1);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context);
            BridgeSession other = rig.bridge.openSession(Model.builtIn("invert"), FORMAT, 1)) {
            assertThat(rig.run(1)).containsExactly(KERNEL_FAILED);
            assertThat(rig.run(1)).containsExactly(KERNEL_FAILED);
            assertThat(rig.submitWhenReady()).isEqualTo(DEVICE_LOST);

            final FrameSlot in = rig.inputs.acquire();
            final FrameSlot out = rig.results.acquire();
            assertThat(other.submit(in, out, other.model().defaults())).isZero();
            TestBridges.pollAll(other, TestBridges.releasing(), 1);
            in.release();
            out.release();
        }
    }

    @Test
    void shouldGiveUpOnAProcessThatIsNotReadyInTimeByTheInjectedClock() {
        final AtomicLong nowNs = new AtomicLong();
        final WorkerContext context = script(folder, "slow", "time.sleep(1000)", "def process(frame, params): pass")
            .nanoClock(nowNs::get).restarts(0);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            assertThat(rig.submit()).isEqualTo(BridgeSession.BACK_PRESSURED);
            TestBridges.await(() -> {
                nowNs.addAndGet(WorkerContext.START_TIMEOUT_DEFAULT_NS / 8);
                return rig.session.failure().contains("startTimeoutNs");
            }, rig.session::failure);
            assertThat(rig.submitWhenReady()).isEqualTo(DEVICE_LOST);
        }
    }

    /** As on systems that cannot seal memory: the process is well, but no frame gets there. */
    @Test
    void shouldEndTheSessionWhenItsFramesCannotBeShared() {
        final WorkerContext context = script(folder, "unreached", "def process(frame, params): pass").restarts(1);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            assertThat(rig.run(1)).containsExactly(OK);
            final FramePool gone = rig.bridge.newPool(FORMAT, 1);
            final FrameSlot in = gone.acquire();
            final FrameSlot out = rig.results.acquire();
            assertThat(RillNative.rill_pool_close(((NativeMemory) gone.memory()).handle())).isZero();

            TestBridges.await(() -> rig.session.submit(in, out, rig.model.defaults()) == DEVICE_LOST,
                rig.session::failure);

            assertThat(rig.session.failure()).contains("cannot be reached: link: handle").contains("stale");
            in.release();
            out.release();
        }
    }

    /** The interpreter is a script: whoever writes the frame is not the process that was started. */
    @Test
    void shouldTakeBackTheSlotsOnlyWhenNobodyWritesThemAnyMoreBehindAWrapper() throws IOException {
        final Path wrapper = folder.resolve("python.sh");
        Files.writeString(wrapper, "#!/bin/sh\n" + NumPy.interpreter() + " \"$@\" &\nwait\n");
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
        writesOn(wrapper.toString(), "os.kill(os.getppid(), 9)");
    }

    @Test
    void shouldTakeBackTheSlotsOnlyWhenNobodyWritesThemAnyMoreBehindAFork() {
        writesOn(NumPy.interpreter(), "os.fork() == 0 or os._exit(7)");
    }

    @Test
    void shouldTakeBackTheSlotsOnlyWhenNobodyWritesThemAnyMoreBehindTwoForks() {
        writesOn(NumPy.interpreter(), "os.fork() == 0 and os.fork() == 0 or os._exit(7)");
    }

    private void writesOn(final String python, final String loss) {
        final WorkerContext context = script(folder, "ghost",
            "def process(frame, params):",
            "    if frame.generation == 1 and frame.ticket == 0:",
            "        " + loss,
            "        while True:",
            "            frame.out[0][...] += 1").python(python);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            final FrameSlot in = rig.inputs.acquire();
            final FrameSlot out = rig.results.acquire();
            TestBridges.await(() -> rig.session.submit(in, out, rig.model.defaults()) == 0, () -> "no process");
            in.release();
            rig.awaitCompleted(1);
            assertThat(rig.statuses).containsExactly(KERNEL_FAILED);
            for (int i = 0; i < 50; i++) {
                final byte[] before = WorkerRig.picture(out);
                Thread.onSpinWait();
                assertThat(WorkerRig.picture(out)).as("a slot that was given back").isEqualTo(before);
            }
            out.release();
            assertThat(rig.run(1)).containsExactly(OK);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "time.sleep(1000)", "pass", "x = [print('x' * 100000) for i in range(100)]", "os.kill(os.getpid(), 19)"})
    void shouldCloseWhileAProcessStarts(final String start) {
        final WorkerContext context = script(folder, "starting", start, "def process(frame, params): pass");
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            rig.submit();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pass", "time.sleep(0.01)", "time.sleep(1000)", "os._exit(1)", "while True: pass"})
    void shouldCloseWhileAProcessWorks(final String work) {
        final WorkerContext context = script(folder, "working",
            "def process(frame, params):", "    if frame.ticket > 0:", "        " + work);
        try (WorkerRig rig = new WorkerRig(DEVICE, FORMAT, context)) {
            rig.run(1);
            rig.submit();
            rig.submit();
        }
    }

    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::isOurs).toList();
    }

    /** Command lines name the script; those of zombies are empty. */
    private boolean isOurs(final ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).contains(folder.toString());
        } catch (final IOException ex) {
            return false;
        }
    }

    private static long workerFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("rill-worker-")).count();
        }
    }
}
