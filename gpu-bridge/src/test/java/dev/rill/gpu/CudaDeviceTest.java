package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The CUDA device on a driver that counts and fails on request. */
@Timeout(60)
class CudaDeviceTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.NV12, 64, 32);
    private static final Model INVERT = Model.builtIn("invert");
    private static final int FRAMES = 200;

    private Simulator simulator;

    @BeforeEach
    void prepare() {
        simulator = Simulator.assumePresent();
    }

    @AfterEach
    void assertNothingLeft() {
        if (simulator != null) {
            simulator.assertNothingLeft();
        }
    }

    private static Bridge launch() {
        return Bridge.launch(new BridgeContext().device("simulator"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCostEightCallsForEachFrameAndAllocateNothing(final boolean writes64) {
        simulator.writes64(writes64);
        try (Bridge bridge = launch(); FramePool pool = bridge.newPool(FORMAT, 8);
            BridgeSession session = bridge.openSession(INVERT, FORMAT, 3)) {
            run(session, pool, 10);
            final long pinned = simulator.count("pageable");
            simulator.reset();
            simulator.writes64(writes64);

            run(session, pool, FRAMES);

            assertThat(simulator.count("cuMemcpyHtoDAsync_v2")).isEqualTo(FRAMES);
            assertThat(simulator.count("cuMemcpyDtoHAsync_v2")).isEqualTo(FRAMES);
            assertThat(simulator.count("cuLaunchKernel")).isEqualTo(writes64 ? FRAMES : 2 * FRAMES);
            assertThat(simulator.count("cuStreamWriteValue64_v2")).isEqualTo(writes64 ? FRAMES : 0);
            final long measured = simulator.count("cuEventElapsedTime") / 3;
            assertThat(measured).as("frames that were measured").isBetween(FRAMES / 64L, FRAMES / 64L + 1);
            assertThat(simulator.count("cuEventRecord")).isEqualTo(2 * FRAMES + 6 * measured);
            assertThat(simulator.count("cuStreamWaitEvent")).isEqualTo(2 * FRAMES);
            assertThat(simulator.count("all")).as("all calls").isEqualTo(8 * FRAMES + 9 * measured);
            assertThat(session.deviceTimes().frames()).isGreaterThanOrEqualTo(measured);
            assertThat(session.deviceTimes().modelNs()).isPositive();
            assertThat(pinned + simulator.count("pageable")).as("copies of memory that is not pinned").isZero();
        }
    }

    @Test
    void shouldTellAFrameThatIsItsOwnResultByOneCall() {
        final Model identity = Model.builtIn("identity");
        try (Bridge bridge = launch(); FramePool pool = bridge.newPool(FORMAT, 4);
            BridgeSession session = bridge.openSession(identity, FORMAT, 2)) {
            simulator.reset();
            for (int i = 0; i < FRAMES; i++) {
                final FrameSlot slot = pool.acquire();
                assertThat(session.submit(slot, slot, identity.defaults())).isEqualTo(i);
                slot.release();
                TestBridges.pollAll(session, TestBridges.releasing(), 1);
            }

            assertThat(simulator.count("cuStreamWriteValue64_v2")).isEqualTo(FRAMES);
            assertThat(simulator.count("all")).isLessThanOrEqualTo(FRAMES + 1);
        }
    }

    @Test
    void shouldCompleteWhatIsOutAsLostWhenAKernelFails() {
        try (Bridge bridge = launch(); FramePool pool = bridge.newPool(FORMAT, 16);
            BridgeSession session = bridge.openSession(INVERT, FORMAT, 4);
            BridgeSession other = bridge.openSession(INVERT, FORMAT, 2)) {
            run(session, pool, 3);
            simulator.fault("kernel", 2, 700);
            final List<Integer> statuses = new ArrayList<>();
            int accepted = 0;
            while (accepted < 4 && submit(session, pool) >= 0) { // It may be dead before the last is there.
                accepted++;
            }
            TestBridges.pollAll(session, (ticket, status, in, out, version, startNs, endNs) -> {
                statuses.add(status);
                in.release();
                out.release();
            }, accepted);

            // Frames in front of the failing one may have been on their way back as well.
            assertThat(statuses).hasSize(accepted).isSubsetOf(BridgeSession.OK, BridgeSession.DEVICE_LOST);
            assertThat(statuses).as("once lost, all").isSortedAccordingTo(Comparator.reverseOrder());
            assertThat(submit(session, pool)).isEqualTo(BridgeSession.DEVICE_LOST);
            assertThat(submit(other, pool)).as("another session of the device").isEqualTo(BridgeSession.DEVICE_LOST);
            assertThat(pool.outstanding()).isZero();
        }
        simulator.reset();
        try (Bridge again = launch(); FramePool pool = again.newPool(FORMAT, 4);
            BridgeSession session = again.openSession(INVERT, FORMAT, 2)) {
            run(session, pool, 5);
        }
    }

    /** The device dies somewhere while one thread submits and another polls: each frame is told once, or refused. */
    @RepeatedTest(20)
    void shouldTellOrRefuseEachFrameOnceWhenTheDeviceDiesBetweenTwoThreads() throws InterruptedException {
        try (Bridge bridge = launch(); FramePool pool = bridge.newPool(FORMAT, 16);
            BridgeSession session = bridge.openSession(INVERT, FORMAT, 4)) {
            simulator.fault("kernel", 1 + new Random().nextInt(40), 700);
            final AtomicLong told = new AtomicLong();
            final AtomicLong accepted = new AtomicLong();
            final AtomicBoolean isRefused = new AtomicBoolean();
            final Thread submitter = new Thread(() -> {
                while (!isRefused.get()) {
                    final long ticket = submit(session, pool);
                    accepted.addAndGet(ticket >= 0 ? 1 : 0);
                    isRefused.set(ticket == BridgeSession.DEVICE_LOST);
                }
            });
            submitter.start();
            TestBridges.await(() -> {
                session.poll((ticket, status, in, out, version, startNs, endNs) -> {
                    in.release();
                    out.release();
                    told.incrementAndGet();
                }, 4);
                return isRefused.get() && told.get() == accepted.get();
            }, () -> "told " + told + " of " + accepted + ", refused " + isRefused);
            submitter.join();
            assertThat(session.inFlight()).isZero();
            assertThat(pool.outstanding()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "cuMemcpyHtoDAsync_v2", "cuEventRecord", "cuStreamWaitEvent", "cuLaunchKernel", "cuMemcpyDtoHAsync_v2",
        "cuStreamWriteValue64_v2"})
    void shouldRefuseTheFrameAndEveryLaterOneWhenACallFails(final String function) {
        try (Bridge bridge = launch(); FramePool pool = bridge.newPool(FORMAT, 8);
            BridgeSession session = bridge.openSession(INVERT, FORMAT, 2)) {
            run(session, pool, 2);
            simulator.fault(function, 1, 719);

            assertThat(submit(session, pool)).isEqualTo(BridgeSession.DEVICE_LOST);
            assertThat(submit(session, pool)).isEqualTo(BridgeSession.DEVICE_LOST);
            assertThat(session.inFlight()).isZero();
            assertThat(pool.outstanding()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cuMemHostRegister_v2,         2, pool, out of memory",
        "cuMemAlloc_v2,                2, session, out of memory",
        "cuMemsetD8Async,            719, session, launch failed",
        "cuEventCreate,                2, session, out of memory",
        "cuMemHostRegister_v2,       801, session, not supported",
        "cuMemHostGetDevicePointer_v2, 1, session, invalid value",
        "cuModuleGetFunction,        500, session, symbol not found",
        "cuModuleLoadDataEx,         222, device, PTX version not supported",
        "cuModuleLoadDataEx,         221, device, libnvidia-ptxjitcompiler",
        "cuStreamCreate,               2, device, out of memory",
        "cuDevicePrimaryCtxRetain,    46, device, in use by another process"})
    void shouldNameWhatFailsAndLeaveNothing(
        final String function, final int code, final String what, final String text) {
        if ("device".equals(what)) {
            simulator.fault(function, 1, code);
            assertThatThrownBy(CudaDeviceTest::launch).isInstanceOf(BridgeException.class)
                .hasMessageContaining("simulator").hasMessageContaining(text);
            return;
        }
        try (Bridge bridge = launch()) {
            simulator.fault(function, 1, code);
            assertThatThrownBy(() -> {
                if ("pool".equals(what)) {
                    bridge.newPool(FORMAT, 2);
                } else {
                    bridge.openSession(INVERT, FORMAT, 2);
                }
            }).isInstanceOf(BridgeException.class).hasMessageContaining(what).hasMessageContaining(text);
            assertThat(bridge.openSessions()).isZero();
        }
    }

    /** As an invoker does that runs on whatever thread is free. */
    @Test
    void shouldTakeFramesFromAThreadOfTheirOwnEach() throws InterruptedException {
        try (Bridge bridge = launch(); FramePool pool = bridge.newPool(FORMAT, 4);
            BridgeSession session = bridge.openSession(INVERT, FORMAT, 2)) {
            simulator.reset();
            for (int i = 0; i < 20; i++) {
                final long[] ticket = {-1};
                final Thread thread = new Thread(() -> ticket[0] = submit(session, pool));
                thread.start();
                thread.join();
                assertThat(ticket[0]).isEqualTo(i);
                TestBridges.pollAll(session, TestBridges.releasing(), 1);
            }

            assertThat(simulator.count("cuCtxSetCurrent")).as("once for each thread").isEqualTo(20);
        }
    }

    @Test
    void shouldLetPoolsOutliveTheirDevice() {
        final Bridge bridge = launch();
        final FramePool pool = bridge.newPool(FORMAT, 2);
        final FrameSlot slot = pool.acquire();

        bridge.close();
        slot.memory().put(0, (byte) 1);
        slot.release();

        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void shouldNotCallADeviceLostThatOnlyTakesLong() throws InterruptedException {
        try (Bridge bridge = launch(); FramePool pool = bridge.newPool(FORMAT, 4);
            BridgeSession session = bridge.openSession(INVERT, FORMAT, 2)) {
            bridge.injectFault(400_000_000L, BridgeSession.OK);
            submit(session, pool);

            TestBridges.pollAll(session, TestBridges.releasing(), 1); // Expects the status OK.

            assertThat(simulator.count("cuStreamQuery")).as("times the device was asked").isBetween(1L, 8L);
        }
    }

    private static long submit(final BridgeSession session, final FramePool pool) {
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        try {
            return session.submit(in, out, session.model().defaults());
        } finally {
            in.release();
            out.release();
        }
    }

    private static void run(final BridgeSession session, final FramePool pool, final int frames) {
        for (int i = 0; i < frames; i++) {
            assertThat(submit(session, pool)).isNotNegative();
            TestBridges.pollAll(session, TestBridges.releasing(), 1);
        }
    }
}
