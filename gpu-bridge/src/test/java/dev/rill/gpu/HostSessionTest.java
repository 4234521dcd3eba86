package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models that threads of this process run. */
class HostSessionTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.NV12, 64, 32);

    private final AtomicInteger closed = new AtomicInteger();
    private final List<Integer> statuses = new ArrayList<>();
    private Bridge bridge;
    private FramePool pool;

    @BeforeEach
    void launch() {
        bridge = TestBridges.launch("java", 2);
        pool = bridge.newPool(FORMAT, 16);
    }

    @AfterEach
    void close() {
        bridge.close();
        assertThat(bridge.outstandingSlots()).isZero();
        assertThat(bridge.openSessions()).isZero();
        // A thread that was joined may take a moment to leave the system's list.
        TestBridges.await(() -> TestBridges.deviceThreads() == 0, () -> "threads left " + TestBridges.deviceThreads());
    }

    @Test
    void shouldFailTheFrameAloneWhateverTheModelThrows() {
        final List<Throwable> thrown = List.of(
            new IllegalStateException("one\ntwo"), new StackOverflowError(), new AssertionError("no"),
            new OutOfMemoryError("none left"), new InterruptedException("now"));
        final AtomicInteger frame = new AtomicInteger();
        final BridgeSession session = bridge.openSession(model((worker, in, out, values) -> {
            final int number = frame.getAndIncrement();
            if (number % 2 == 1) {
                sneak(thrown.get(number / 2));
            }
        }), FORMAT, 1);
        for (int i = 0; i < 10; i++) {
            run(session, 1);
            assertThat(statuses.get(i)).as("frame %d", i)
                .isEqualTo(i % 2 == 1 ? BridgeSession.KERNEL_FAILED : BridgeSession.OK);
            assertThat(session.failure()).isEqualTo(
                List.of("", "one", "one", "java.lang.StackOverflowError", "java.lang.StackOverflowError", "no", "no",
                    "none left", "none left", "now").get(i));
        }
        session.close();
        assertThat(closed).hasValue(1);
    }

    @Test
    void shouldCompleteInOrderWhatIsDoneOutOfOrder() throws InterruptedException {
        final CountDownLatch second = new CountDownLatch(1);
        final AtomicInteger frame = new AtomicInteger();
        final BridgeSession session = bridge.openSession(model((worker, in, out, values) -> {
            if (frame.getAndIncrement() == 0) {
                second.await();
            } else {
                second.countDown();
            }
        }), FORMAT, 4);
        run(session, 4);

        assertThat(statuses).containsExactly(0, 0, 0, 0);
    }

    @Test
    void shouldCancelWhatHasNotBegunWhenItCloses() {
        final CountDownLatch begun = new CountDownLatch(2);
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicInteger frames = new AtomicInteger();
        final BridgeSession session = bridge.openSession(model((worker, in, out, values) -> {
            frames.incrementAndGet();
            begun.countDown();
            goOn.await();
        }), FORMAT, 8);
        for (int i = 0; i < 8; i++) {
            submit(session);
        }
        TestBridges.await(() -> begun.getCount() == 0, () -> "begun " + frames);
        final Thread closing = new Thread(session::close);
        closing.start();
        TestBridges.await(session::isClosed, () -> "not closing");
        TestBridges.await(() -> closing.getState() == Thread.State.TIMED_WAITING, () -> "not waiting");
        goOn.countDown();
        TestBridges.await(() -> !closing.isAlive(), () -> "not closed");

        assertThat(frames).hasValue(2);
        assertThat(pool.outstanding()).isZero();
        assertThat(closed).hasValue(1);
    }

    private Model model(final HostKernel kernel) {
        final HostKernel counted = new HostKernel() {
            @Override
            public void run(final int worker, final FrameSlot in, final FrameSlot out, final double[] values)
                throws Exception {
                kernel.run(worker, in, out, values);
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        return new Model("tried", "", List.of(), (owner, device, model, format, window, block) ->
            new HostSession(owner.hostExecutor(), new HostFaults(), counted, model, block, SystemNanoClock.INSTANCE));
    }

    private void submit(final BridgeSession session) {
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        assertThat(session.submit(in, out, session.model().defaults())).isNotNegative();
        in.release();
        out.release();
    }

    private void run(final BridgeSession session, final int count) {
        for (int i = 0; i < count; i++) {
            submit(session);
        }
        TestBridges.pollAll(session, (ticket, status, in, out, version, startNs, endNs) -> {
            statuses.add(status);
            in.release();
            out.release();
        }, count);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(final Throwable thrown) throws T {
        throw (T) thrown;
    }
}
