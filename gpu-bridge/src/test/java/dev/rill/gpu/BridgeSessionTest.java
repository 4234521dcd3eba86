package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.rill.gpu.TestBridges#devices")
class BridgeSessionTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.NV12, 64, 32);
    private static final Model INVERT = Model.builtIn("invert");
    private static final Model TINT = Model.builtIn("tint");

    private final String device;
    private Bridge bridge;
    private FramePool pool;

    BridgeSessionTest(final String device) {
        this.device = device;
    }

    @BeforeEach
    void launch() {
        bridge = TestBridges.launch(device, 3);
        pool = bridge.newPool(FORMAT, 32);
    }

    @AfterEach
    void close() {
        if (bridge != null) {
            bridge.close();
            assertThat(bridge.outstandingSlots()).as("slots that did not return").isZero();
            assertThat(bridge.openPools()).isZero();
            assertThat(bridge.openSessions()).isZero();
        }
    }

    @Test
    void shouldPushBackWhenWindowIsFullUntilPolled() {
        for (final int window : new int[] {1, 2, 3, 5}) {
            final BridgeSession session = bridge.openSession(INVERT, FORMAT, window);
            for (int i = 0; i < window; i++) {
                assertThat(submit(session)).isEqualTo(i);
            }
            final int outstanding = pool.outstanding();
            assertThat(session.inFlight()).isEqualTo(window);
            assertThat(bridge.inFlight()).isEqualTo(window);
            assertThat(submit(session)).isEqualTo(BridgeSession.BACK_PRESSURED);
            assertThat(pool.outstanding()).as("slots after a refusal").isEqualTo(outstanding);

            TestBridges.pollAll(session, TestBridges.releasing(), 1);
            assertThat(submit(session)).isEqualTo(window);
            assertThat(submit(session)).isEqualTo(BridgeSession.BACK_PRESSURED);
            TestBridges.pollAll(session, TestBridges.releasing(), window);
            assertThat(session.inFlight()).isZero();
            assertThat(pool.outstanding()).isZero();
            session.close();
        }
    }

    @Test
    void shouldHandOverSameSlotsInTicketOrderWithParameterVersions() {
        final BridgeSession session = bridge.openSession(TINT, FORMAT, 8);
        final List<FrameSlot> submitted = new ArrayList<>();
        final List<FrameSlot> received = new ArrayList<>();
        final List<Long> tickets = new ArrayList<>();
        final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
            assertThat(version).as("parameter version of ticket %d", ticket).isEqualTo(ticket);
            tickets.add(ticket);
            received.add(in);
            received.add(out);
            in.release();
            out.release();
        };
        ModelParameters parameters = TINT.defaults();
        for (int i = 0; i < 200; i++) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            submitted.addAll(List.of(in, out));
            final ModelParameters current = parameters;
            TestBridges.await(() -> {
                session.poll(handler, 3);
                return session.inFlight() < 8;
            }, () -> "window full");
            assertThat(session.submit(in, out, current)).isEqualTo(i);
            in.release();
            out.release();
            parameters = parameters.with(Map.of("u", i % 256.0));
        }
        TestBridges.pollAll(session, handler, 200 - tickets.size());

        assertThat(tickets).hasSize(200).isSorted().doesNotHaveDuplicates();
        assertThat(received).isEqualTo(submitted);
    }

    @Test
    void shouldHandOnTheInputSlotUnwrittenWhenTheModelPassesFramesThrough() {
        final BridgeSession session = bridge.openSession(Model.builtIn("identity"), FORMAT, 4);
        final FrameSlot slot = pool.acquire();
        for (int i = 0; i < slot.plane(0).capacity(); i++) {
            slot.plane(0).put(i, (byte) i);
        }
        assertThat(session.submit(slot, slot, session.model().defaults())).isZero();
        slot.release();
        assertThat(slot.referenceCount()).as("references while in flight").isEqualTo(2);

        TestBridges.pollAll(session, (ticket, status, in, out, version, startNs, endNs) -> {
            assertThat(status).isEqualTo(BridgeSession.OK);
            assertThat(out).isSameAs(in).isSameAs(slot);
            in.release();
        }, 1);

        assertThat(slot.referenceCount()).isEqualTo(1);
        for (int i = 0; i < slot.plane(0).capacity(); i++) {
            assertThat(slot.plane(0).get(i)).isEqualTo((byte) i);
        }
        slot.release();
    }

    @Test
    void shouldUseTheParametersOfEachSubmission() {
        final BridgeSession session = bridge.openSession(TINT, FORMAT, 2);
        final FrameSlot[] outs = {pool.acquire(), pool.acquire()};
        final FrameSlot in = pool.acquire();
        session.submit(in, outs[0], TINT.parameters(Map.of("u", 7.0, "strength", 1.0)));
        session.submit(in, outs[1], TINT.parameters(Map.of("u", 213.0, "strength", 1.0)));
        TestBridges.pollAll(session, TestBridges.releasing(), 2);

        assertThat(outs[0].plane(1).get(0)).isEqualTo((byte) 7);
        assertThat(outs[1].plane(1).get(0)).isEqualTo((byte) 213);
        List.of(in, outs[0], outs[1]).forEach(FrameSlot::release);
    }

    @Test
    void shouldStampDeviceTimesOnTheClockOfNanoTime() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 1);
        final long beforeNs = System.nanoTime();
        submit(session);
        final long[] times = new long[2];
        TestBridges.pollAll(session, (ticket, status, in, out, version, startNs, endNs) -> {
            times[0] = startNs;
            times[1] = endNs;
            in.release();
            out.release();
        }, 1);

        assertThat(times[0]).isBetween(beforeNs, times[1]);
        assertThat(times[1]).isLessThanOrEqualTo(System.nanoTime());
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 2);
        final FramePool wide = bridge.newPool(FrameFormat.of(PixelFormat.NV12, 128, 32), 1);
        final FrameSlot other = wide.acquire();
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        final FrameSlot returned = pool.acquire();
        returned.release();
        final ModelParameters none = INVERT.defaults();

        assertIllegal(() -> session.submit(other, out, none), "in slot 0 of pool NV12 128x32", "expected NV12 64x32");
        assertIllegal(() -> session.submit(in, other, none), "out slot 0 of pool NV12 128x32");
        assertIllegal(() -> session.submit(in, in, none), "in and out are the same");
        assertIllegal(() -> session.submit(in, out, TINT.defaults()), "parameters are of model 'tint'");
        assertThatThrownBy(() -> session.submit(in, returned, none)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.submit(returned, in, none)).isInstanceOf(IllegalStateException.class);
        assertIllegal(() -> bridge.openSession(INVERT, FORMAT, 0), "window=0, expected 1 to 256");
        assertIllegal(() -> bridge.openSession(INVERT, FORMAT, 257), "window=257");
        assertThat(in.referenceCount()).isEqualTo(1);
        assertThat(out.referenceCount()).isEqualTo(1);
        assertThat(session.inFlight()).isZero();
        assertThat(session.submit(in, out, none)).as("first accepted ticket").isZero();
        TestBridges.pollAll(session, TestBridges.releasing(), 1);
        List.of(in, out, other).forEach(FrameSlot::release);
    }

    @Test
    void shouldRefuseSlotsOfAnotherBridge() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 2);
        try (Bridge second = TestBridges.launch(device, 1); FramePool foreign = second.newPool(FORMAT, 1)) {
            final FrameSlot slot = foreign.acquire();
            final FrameSlot own = pool.acquire();
            assertIllegal(() -> session.submit(slot, own, INVERT.defaults()), "belongs to another bridge");
            assertIllegal(() -> session.submit(own, slot, INVERT.defaults()), "belongs to another bridge");
            slot.release();
            own.release();
        }
    }

    @Test
    void shouldAnswerClosedAfterClose() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 2);
        session.close();
        session.close();

        assertThat(session.isClosed()).isTrue();
        assertThat(submit(session)).isEqualTo(BridgeSession.CLOSED);
        assertThat(session.poll(TestBridges.releasing(), 1)).isZero();
        assertThat(session.inFlight()).isZero();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void shouldReleaseEverySlotWhenClosedInFlight() {
        bridge.injectFault(TimeUnit.MILLISECONDS.toNanos(20), BridgeSession.OK);
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 8);
        for (int i = 0; i < 8; i++) {
            submit(session);
        }
        assertThat(pool.outstanding()).isEqualTo(16);
        session.close();

        assertThat(pool.outstanding()).isZero();
        assertThat(bridge.openSessions()).isZero();
    }

    @Test
    void shouldCloseFromInterruptedThreadAndKeepTheInterrupt() {
        bridge.injectFault(TimeUnit.MILLISECONDS.toNanos(20), BridgeSession.OK);
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 4);
        submit(session);
        Thread.currentThread().interrupt();
        try {
            session.close();
            bridge.close();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(pool.outstanding()).isZero();
        assertThat(bridge.openSessions()).isZero();
    }

    @Test
    void shouldWaitForHandlerOfAnotherThreadAndSayWhenItStays() throws Exception {
        final BridgeContext context = new BridgeContext().threads(1).closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(50));
        final Bridge waiting = TestBridges.launch(device, context);
        final FramePool slots = waiting.newPool(FORMAT, 2);
        final BridgeSession session = waiting.openSession(INVERT, FORMAT, 1);
        final FrameSlot in = slots.acquire();
        final FrameSlot out = slots.acquire();
        session.submit(in, out, INVERT.defaults());
        in.release();
        out.release();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        final Thread poller = new Thread(() -> TestBridges.pollAll(session, stayingUntil(entered, leave), 1));
        poller.start();
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(session::close).isInstanceOf(BridgeException.class)
            .hasMessageContaining("still inside poll or submit");
        leave.countDown();
        poller.join(20_000);
        waiting.close();
        assertThat(waiting.openSessions()).isZero();
        assertThat(waiting.openPools()).isZero();
    }

    @Test
    void shouldCloseFromItsOwnHandler() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 4);
        for (int i = 0; i < 4; i++) {
            submit(session);
        }
        TestBridges.pollAll(session, (ticket, status, in, out, version, startNs, endNs) -> {
            in.release();
            out.release();
            session.close();
        }, 1);

        assertThat(session.poll(TestBridges.releasing(), 4)).isZero();
        assertThat(pool.outstanding()).isZero();
        assertThat(bridge.openSessions()).isZero();
    }

    @Test
    void shouldHandOverEachTicketOnceWhenHandlerPollsOrThrows() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 4);
        final List<Long> tickets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            submit(session);
        }
        TestBridges.pollAll(session, (ticket, status, in, out, version, startNs, endNs) -> {
            tickets.add(ticket);
            in.release();
            out.release();
            TestBridges.pollAll(session, record(tickets), 1);
        }, 1);
        assertThatThrownBy(() -> TestBridges.pollAll(session, (ticket, status, in, out, version, startNs, endNs) -> {
            tickets.add(ticket);
            in.release();
            out.release();
            throw new IllegalStateException("from the handler");
        }, 1)).hasMessage("from the handler");
        TestBridges.pollAll(session, record(tickets), 1);

        assertThat(tickets).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void shouldReportFailingModelInCompletionAndGoOn() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 2);
        final List<Integer> statuses = new ArrayList<>();
        final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
            statuses.add(status);
            in.release();
            out.release();
        };
        bridge.injectFault(0, BridgeSession.KERNEL_FAILED);
        submit(session);
        TestBridges.pollAll(session, handler, 1);
        bridge.injectFault(0, BridgeSession.OK);
        submit(session);
        TestBridges.pollAll(session, handler, 1);

        assertThat(statuses).containsExactly(BridgeSession.KERNEL_FAILED, BridgeSession.OK);
    }

    @Test
    void shouldRefuseEverythingOnLostDeviceAndStillClose() {
        final BridgeSession session = bridge.openSession(INVERT, FORMAT, 2);
        bridge.injectFault(0, BridgeSession.DEVICE_LOST);
        bridge.injectFault(0, BridgeSession.OK);

        assertThat(submit(session)).isEqualTo(BridgeSession.DEVICE_LOST);
        assertThat(pool.outstanding()).isZero();
        session.close();
    }

    @Test
    void shouldKeepSlotsWhenDeviceHangsAndFinishWithLaterClose() {
        final BridgeContext context = new BridgeContext().threads(1).closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(30));
        final Bridge hanging = TestBridges.launch(device, context);
        final FramePool slots = hanging.newPool(FORMAT, 2);
        final BridgeSession session = hanging.openSession(INVERT, FORMAT, 2);
        hanging.injectFault(TimeUnit.MILLISECONDS.toNanos(400), BridgeSession.OK);
        final FrameSlot in = slots.acquire();
        final FrameSlot out = slots.acquire();
        session.submit(in, out, INVERT.defaults());
        in.release();
        out.release();
        assertThatThrownBy(session::close).isInstanceOf(BridgeException.class)
            .hasMessageContaining("closeTimeoutNs=30000000").extracting("code").isEqualTo(Code.TIMEOUT);

        assertThat(slots.outstanding()).as("slots that the device may still write").isEqualTo(2);
        assertThatThrownBy(hanging::close).isInstanceOf(BridgeException.class).hasMessageContaining("closeTimeoutNs");
        TestBridges.await(() -> isClosed(hanging), () -> "bridge did not close after the device came back");
        assertThat(slots.outstanding()).isZero();
        assertThat(hanging.openPools()).isZero();
        assertThat(hanging.openSessions()).isZero();
    }

    @Test
    void shouldNotAllocateInSteadyState() {
        final BridgeSession session = bridge.openSession(TINT, FORMAT, 4);
        final ModelParameters parameters = TINT.defaults();
        final int[] polled = {0};
        final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
            polled[0]++;
            in.release();
            out.release();
        };
        runFrames(session, parameters, handler, polled, 20_000);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long self = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(self);
        runFrames(session, parameters, handler, polled, 5_000);
        final long perFrame = (threads.getThreadAllocatedBytes(self) - before) / 5_000;

        assertThat(perFrame).as("bytes allocated per frame").isZero();
        session.close();
    }

    private void runFrames(
        final BridgeSession session,
        final ModelParameters parameters,
        final CompletionHandler handler,
        final int[] polled,
        final int count) {
        polled[0] = 0;
        int submitted = 0;
        final long deadlineNs = System.nanoTime() + TestBridges.DEADLINE_NS;
        while (polled[0] < count) {
            if (submitted < count && session.inFlight() < session.window()) {
                final FrameSlot in = pool.acquire();
                final FrameSlot out = pool.acquire();
                session.submit(in, out, parameters);
                in.release();
                out.release();
                submitted++;
            } else if (session.poll(handler, 4) == 0) {
                Thread.yield();
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("polled " + polled[0] + " of " + count);
            }
        }
    }

    private long submit(final BridgeSession session) {
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        final long result = session.submit(in, out, session.model().defaults());
        in.release();
        out.release();
        return result;
    }

    private static CompletionHandler stayingUntil(final CountDownLatch entered, final CountDownLatch leave) {
        return (ticket, status, in, out, version, startNs, endNs) -> {
            in.release();
            out.release();
            entered.countDown();
            try {
                leave.await(20, TimeUnit.SECONDS);
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private static CompletionHandler record(final List<Long> tickets) {
        return (ticket, status, in, out, version, startNs, endNs) -> {
            tickets.add(ticket);
            in.release();
            out.release();
        };
    }

    private static boolean isClosed(final Bridge bridge) {
        try {
            bridge.close();
            return true;
        } catch (final BridgeException ex) {
            return false;
        }
    }

    private static void assertIllegal(final Runnable call, final String... texts) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class)
            .satisfies(ex -> assertThat(ex.getMessage()).contains(texts));
    }
}
