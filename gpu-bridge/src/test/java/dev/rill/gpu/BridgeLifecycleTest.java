package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.rill.gpu.TestBridges#devices")
class BridgeLifecycleTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.I420, 64, 32);
    private static final Model TINT = Model.builtIn("tint");
    private static final long FRAMES = 20_000;

    private final String device;

    BridgeLifecycleTest(final String device) {
        this.device = device;
    }

    @Test
    void shouldLeaveNoThreadBehind() {
        awaitThreads(0, "before");
        for (int i = 0; i < 5; i++) {
            try (Bridge bridge = TestBridges.launch(device, 3)) {
                final boolean hasThreads = "cpu".equals(bridge.device().kind());
                awaitThreads(hasThreads ? 3 : 0, "while open");
                assertThat(bridge.device().name()).isEqualTo(device);
            }
            awaitThreads(0, "after closing");
        }
    }

    @Test
    void shouldCloseInAnyOrder() {
        final long seed = new Random().nextLong();
        final Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            final Bridge bridge = TestBridges.launch(device, 2);
            final FramePool pool = bridge.newPool(FORMAT, 6);
            final BridgeSession session = bridge.openSession(TINT, FORMAT, 3);
            final FrameSlot kept = pool.acquire();
            submit(session, pool);
            submit(session, pool);
            final List<Runnable> parts =
                new ArrayList<>(List.of(bridge::close, pool::close, session::close, kept::release));
            Collections.shuffle(parts, random);
            parts.forEach(Runnable::run);

            assertThat(bridge.openSessions()).as("sessions, seed %d round %d", seed, round).isZero();
            assertThat(bridge.openPools()).as("pools, seed %d round %d", seed, round).isZero();
            assertThat(bridge.outstandingSlots()).as("slots, seed %d round %d", seed, round).isZero();
        }
    }

    @Test
    void shouldNotShareAnythingBetweenBridges() {
        try (Bridge second = TestBridges.launch(device, 1)) {
            final BridgeSession two = second.openSession(TINT, FORMAT, 2);
            final FramePool poolTwo = second.newPool(FORMAT, 4);
            try (Bridge first = TestBridges.launch(device, 1)) {
                final BridgeSession one = first.openSession(TINT, FORMAT, 2);
                first.injectFault(0, BridgeSession.DEVICE_LOST);
                assertThat(submit(one, first.newPool(FORMAT, 4))).isEqualTo(BridgeSession.DEVICE_LOST);
                assertThat(submit(two, poolTwo)).isZero();
            }
            TestBridges.pollAll(two, TestBridges.releasing(), 1);
            assertThat(submit(two, poolTwo)).isEqualTo(1);
            TestBridges.pollAll(two, TestBridges.releasing(), 1);
        }
    }

    @Test
    void shouldRefuseSessionsOnClosedBridge() {
        final Bridge bridge = TestBridges.launch(device, 1);
        bridge.close();
        bridge.close();

        assertThatThrownBy(() -> bridge.openSession(TINT, FORMAT, 1)).isInstanceOf(IllegalStateException.class)
            .hasMessage("bridge on device '" + device + "' is closed");
    }

    @Test
    void shouldKeepEverySessionInOrderWithPollingFromAnotherThread() throws Exception {
        final long seed = new Random().nextLong();
        final ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Bridge bridge = TestBridges.launch(device, 3)) {
            final List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                final FramePool pool = bridge.newPool(FORMAT, 12);
                final BridgeSession session = bridge.openSession(TINT, FORMAT, 5);
                final Random random = new Random(seed + i);
                results.add(threads.submit(() -> submitFrames(session, pool, random)));
                results.add(threads.submit(() -> pollFrames(session)));
            }
            for (final Future<Long> result : results) {
                assertThat(result.get(40, TimeUnit.SECONDS)).as("frames, seed %d", seed).isEqualTo(FRAMES);
            }
            assertThat(bridge.outstandingSlots()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shouldCloseBoundedWhileOthersSubmitAndPoll() throws Exception {
        final ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                final Bridge bridge = TestBridges.launch(device, 2);
                final FramePool pool = bridge.newPool(FORMAT, 12);
                final BridgeSession session = bridge.openSession(TINT, FORMAT, 4);
                final Future<?> submitting = threads.submit(() -> submitUntilClosed(session, pool));
                final AtomicLong polled = new AtomicLong();
                final Future<?> polling = threads.submit(() -> pollUntilClosed(session, polled));
                TestBridges.await(() -> polled.get() > 10, () -> "polled " + polled);
                bridge.close();
                submitting.get(20, TimeUnit.SECONDS);
                polling.get(20, TimeUnit.SECONDS);
                TestBridges.await(() -> bridge.openPools() == 0,
                    () -> "pools open " + bridge.openPools() + " slots out " + bridge.outstandingSlots());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The system lists a native thread for a moment after it was joined, and names it a moment after it started. */
    private static void awaitThreads(final long count, final String when) {
        TestBridges.await(() -> TestBridges.deviceThreads() == count,
            () -> "threads of bridges " + when + ": " + TestBridges.deviceThreads() + ", expected " + count);
    }

    /** Each frame carries its ticket in the luma plane, which the model copies. */
    private static Long submitFrames(final BridgeSession session, final FramePool pool, final Random random) {
        long ticket = 0;
        ModelParameters parameters = TINT.defaults();
        final long deadlineNs = System.nanoTime() + 2 * TestBridges.DEADLINE_NS;
        while (ticket < FRAMES && System.nanoTime() - deadlineNs < 0) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            if (in != null && out != null) {
                in.memory().putLong(0, ticket);
                if (random.nextInt(50) == 0) {
                    parameters = parameters.with(Map.of("v", random.nextDouble() * 255));
                }
                final long result = session.submit(in, out, parameters);
                assertThat(result).isIn(ticket, (long) BridgeSession.BACK_PRESSURED);
                ticket += result == ticket ? 1 : 0;
            }
            releaseIfHeld(in);
            releaseIfHeld(out);
            if (in == null || out == null || session.inFlight() == session.window()) {
                Thread.yield();
            }
        }
        return ticket;
    }

    private static Long pollFrames(final BridgeSession session) {
        final long[] next = {0};
        final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
            assertThat(ticket).isEqualTo(next[0]++);
            assertThat(status).isZero();
            assertThat(out.memory().getLong(0)).isEqualTo(ticket);
            in.release();
            out.release();
        };
        final long deadlineNs = System.nanoTime() + 2 * TestBridges.DEADLINE_NS;
        while (next[0] < FRAMES && System.nanoTime() - deadlineNs < 0) {
            if (session.poll(handler, 3) == 0) {
                Thread.yield();
            }
        }
        return next[0];
    }

    private static void submitUntilClosed(final BridgeSession session, final FramePool pool) {
        while (submit(session, pool) != BridgeSession.CLOSED) {
            Thread.yield();
        }
    }

    private static void pollUntilClosed(final BridgeSession session, final AtomicLong polled) {
        final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
            polled.incrementAndGet();
            in.release();
            out.release();
        };
        while (!session.isClosed()) {
            session.poll(handler, 2);
        }
    }

    /** Also after the pool was closed: then there is nothing to submit, which only ends with the session. */
    private static long submit(final BridgeSession session, final FramePool pool) {
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        try {
            if (in == null || out == null) {
                return session.isClosed() ? BridgeSession.CLOSED : BridgeSession.BACK_PRESSURED;
            }
            return session.submit(in, out, TINT.defaults());
        } finally {
            releaseIfHeld(in);
            releaseIfHeld(out);
        }
    }

    private static void releaseIfHeld(final FrameSlot slot) {
        if (slot != null) {
            slot.release();
        }
    }
}
