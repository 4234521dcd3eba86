package dev.rill.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The C ABI without the Java classes above it: codes, stale handles, checks of what a careless caller passes. */
class NativeAbiTest {
    private static final int BACK_PRESSURED = -1;
    private static final int CLOSED = -2;
    private static final int BAD_SLOT = -3;
    private static final int BAD_ARGUMENT = -7;
    private static final int BAD_HANDLE = -8;
    private static final int BUSY = -9;
    private static final int TIMEOUT = -10;
    private static final int UNSUPPORTED = -12;
    private static final int BAD_TICKET = -13;
    private static final int BAD_PARAMETER = -14;
    private static final long SECOND_NS = 1_000_000_000L;

    /** NV12 64x32 with a stride that the Java side would never choose. */
    private static final NativeCalls.Geometry GEOMETRY = new NativeCalls.Geometry(
        1, 64, 32, new int[] {0, 70 * 32}, new int[] {70, 65}, new int[] {64, 64}, new int[] {32, 16}, 0, 4096);

    private long device;
    private NativeCalls.Pool pool;
    private CompletionBlock block;
    private ParameterBlock parameters;
    private long session;

    @BeforeEach
    void open() {
        NativeLibrary.assumePresent();
        device = NativeCalls.openDevice(0, 1);
        pool = NativeCalls.createPool(device, GEOMETRY, 4, 0);
        block = new CompletionBlock(2);
        parameters = new ParameterBlock(1);
        session = NativeCalls.openSession(device, "edge", 0, 1, GEOMETRY, 2, block);
        assertThat(block.stateAcquire()).as(NativeCalls.lastError()).isEqualTo(CompletionBlock.STATE_OPEN);
    }

    @AfterEach
    void close() {
        if (block != null) {
            RillNative.rill_session_close(session, SECOND_NS);
            RillNative.rill_pool_close(pool.handle());
            RillNative.rill_device_close(device, SECOND_NS);
            block.close();
            parameters.close();
        }
    }

    @Test
    void shouldRunWithAnyStrideAndFillTheRecord() {
        parameters.version(42);
        parameters.value(0, 16);
        pool.slot(0, 4096).put(0, (byte) 200);
        assertThat(submit(0, 1, 0)).isZero();
        awaitCompleted(1);

        final int record = block.recordOffset(0);
        assertThat(block.longAt(record + CompletionBlock.TICKET_OFFSET)).isZero();
        assertThat(block.intAt(record + CompletionBlock.STATUS_OFFSET)).isZero();
        assertThat(block.longAt(record + CompletionBlock.IN_OFFSET)).isEqualTo(pool.base());
        assertThat(block.longAt(record + CompletionBlock.OUT_OFFSET)).isEqualTo(pool.base() + pool.slotStride());
        assertThat(block.longAt(record + CompletionBlock.PARAMETER_VERSION_OFFSET)).isEqualTo(42);
        final ByteBuffer out = pool.slot(1, 4096);
        assertThat(out.get(0) & 0xFF).isEqualTo(235);
        assertThat(out.get(10) & 0xFF).isEqualTo(16);
        assertThat(out.get(64)).as("padding").isZero();
        assertThat(out.get(70 * 32) & 0xFF).isEqualTo(128);
    }

    @Test
    void shouldRefuseStaleAndForeignHandles() {
        assertThat(RillNative.rill_session_close(session, SECOND_NS)).isZero();
        assertThat(RillNative.rill_session_close(session, SECOND_NS)).isEqualTo(BAD_HANDLE);
        assertThat(submit(0, 1, 0)).isEqualTo(BAD_HANDLE);
        assertThat(RillNative.rill_session_close(pool.handle(), 0)).isEqualTo(BAD_HANDLE);
        assertThat(RillNative.rill_pool_close(device)).isEqualTo(BAD_HANDLE);
        assertThat(RillNative.rill_device_close(0, 0)).isEqualTo(BAD_HANDLE);
        assertThat(RillNative.rill_device_fault(-1, 0, 0)).isEqualTo(BAD_HANDLE);
        assertThat(RillNative.rill_pool_close(pool.handle())).isZero();
        assertThat(RillNative.rill_pool_close(pool.handle())).isEqualTo(BAD_HANDLE);
        assertThat(NativeCalls.lastError()).contains("pool handle").contains("stale");
    }

    @Test
    void shouldRefuseUnknownSlotsAndPools() {
        assertThat(submit(4, 1, 0)).isEqualTo(BAD_SLOT);
        assertThat(submit(1, 1, 0)).isEqualTo(BAD_SLOT);
        assertThat(submit(-1, 1, 0)).isEqualTo(BAD_SLOT);
        assertThat(RillNative.rill_submit(session, device, 0, pool.handle(), 1, 0, parameters.address()))
            .isEqualTo(BAD_SLOT);
        final long other = NativeCalls.openDevice(0, 1);
        final NativeCalls.Pool foreign = NativeCalls.createPool(other, GEOMETRY, 1, 0);
        assertThat(RillNative.rill_submit(session, foreign.handle(), 0, pool.handle(), 1, 0, parameters.address()))
            .isEqualTo(BAD_SLOT);
        assertThat(RillNative.rill_device_close(other, SECOND_NS)).isZero();
        assertThat(RillNative.rill_pool_close(foreign.handle())).as("pools outlive their device").isZero();
        assertThat(submit(0, 1, 0)).as("ticket 0 after refusals").isZero();
        awaitCompleted(1);
    }

    @Test
    void shouldKeepTheWindowByConsumedAndTicketsInSequence() {
        assertThat(submit(0, 1, 1)).isEqualTo(BAD_TICKET);
        assertThat(submit(0, 1, 0)).isZero();
        assertThat(submit(2, 3, 0)).isEqualTo(BAD_TICKET);
        assertThat(submit(2, 3, 1)).isZero();
        awaitCompleted(2);
        assertThat(submit(0, 1, 2)).isEqualTo(BACK_PRESSURED);
        block.consumedRelease(1);
        assertThat(submit(0, 1, 2)).isZero();
        awaitCompleted(3);
    }

    @Test
    void shouldRefuseUnfitParameters() {
        for (final double value : new double[] {Double.NaN, -1, 16.01, Double.POSITIVE_INFINITY}) {
            parameters.value(0, value);
            assertThat(submit(0, 1, 0)).as("gain %s", value).isEqualTo(BAD_PARAMETER);
            assertThat(NativeCalls.lastError()).contains("'edge' parameter 'gain'").contains("expected 0 to 16");
        }
        assertThat(RillNative.rill_submit(session, pool.handle(), 0, pool.handle(), 1, 0, 0))
            .isEqualTo(BAD_PARAMETER);
        try (ParameterBlock two = new ParameterBlock(2)) {
            assertThat(RillNative.rill_submit(session, pool.handle(), 0, pool.handle(), 1, 0, two.address()))
                .isEqualTo(BAD_PARAMETER);
        }
    }

    @Test
    void shouldRefuseToFreeWhatIsInUse() {
        RillNative.rill_device_fault(device, 100_000_000, 0);
        assertThat(submit(0, 1, 0)).isZero();
        assertThat(RillNative.rill_pool_close(pool.handle())).isEqualTo(BUSY);
        assertThat(RillNative.rill_device_close(device, SECOND_NS)).isEqualTo(BUSY);
        assertThat(NativeCalls.lastError()).isEqualTo("device: sessions are open");
        assertThat(RillNative.rill_session_close(session, 0)).isIn(TIMEOUT, 0);
        assertThat(submit(2, 3, 1)).isIn(CLOSED, BAD_HANDLE);
        assertThat(RillNative.rill_session_close(session, 5 * SECOND_NS)).isIn(0, BAD_HANDLE);
        assertThat(RillNative.rill_pool_close(pool.handle())).isZero();
    }

    @Test
    void shouldRefuseUnfitOptions() {
        assertThat(NativeCalls.openDevice(0, 0)).isEqualTo(BAD_ARGUMENT);
        assertThat(NativeCalls.openDevice(0, 65)).isEqualTo(BAD_ARGUMENT);
        assertThat(NativeCalls.openDevice(99, 1)).isEqualTo(UNSUPPORTED);
        assertThat(RillNative.rill_device_open(0, 0, 0)).isEqualTo(BAD_ARGUMENT);
        assertThat(NativeCalls.openSession(device, "foo", 0, 0, GEOMETRY, 2, block)).isEqualTo(UNSUPPORTED);
        assertThat(NativeCalls.lastError()).isEqualTo("session: unknown model 'foo'");
        assertThat(NativeCalls.openSession(device, "edge", 0, 2, GEOMETRY, 2, block)).isEqualTo(BAD_PARAMETER);
        assertThat(NativeCalls.openSession(device, "edge", 0, 1, GEOMETRY, 3, block)).isEqualTo(BAD_ARGUMENT);
        assertThat(NativeCalls.lastError()).contains("completion block");
        assertThat(NativeCalls.openSession(device, "edge", 0, 1, GEOMETRY, 0, block)).isEqualTo(BAD_ARGUMENT);
        assertThat(NativeCalls.createPool(device, GEOMETRY, 0, 0)).isNull();
    }

    @Test
    void shouldRefuseFormatsThatLeaveTheirSlot() {
        assertRefused(geometry(new int[] {0, 2240}, new int[] {70, 64}, 3264 + 63), "slot of");
        assertRefused(geometry(new int[] {0, 2240}, new int[] {63, 64}, 4096), "plane 0");
        assertRefused(geometry(new int[] {0, 2000}, new int[] {64, 64}, 4096), "plane 1: offset 2000");
        assertRefused(geometry(new int[] {0, 2240}, new int[] {70, 64}, 2304), "plane 1");
        assertRefused(geometry(new int[] {0, -1}, new int[] {70, 64}, 4096), "plane 1");
        assertRefused(new NativeCalls.Geometry(7, 64, 32, new int[2], new int[2], new int[2], new int[2], 0, 4096),
            "pixel format 7");
        assertRefused(new NativeCalls.Geometry(1, 63, 32, new int[2], new int[2], new int[2], new int[2], 0, 4096),
            "width 63");
        assertRefused(new NativeCalls.Geometry(1, 64, 32, new int[2], new int[2], new int[2], new int[2], 4, 4096),
            "colours 4");
    }

    private void assertRefused(final NativeCalls.Geometry geometry, final String text) {
        assertThat(NativeCalls.createPool(device, geometry, 1, 0)).as(text).isNull();
        assertThat(NativeCalls.lastError()).contains(text);
    }

    private static NativeCalls.Geometry geometry(final int[] offsets, final int[] strides, final int slotBytes) {
        return new NativeCalls.Geometry(
            1, 64, 32, offsets, strides, new int[] {64, 64}, new int[] {32, 16}, 0, slotBytes);
    }

    private int submit(final int in, final int out, final long ticket) {
        return RillNative.rill_submit(
            session, pool.handle(), in, pool.handle(), out, ticket, parameters.address());
    }

    private void awaitCompleted(final long tickets) {
        final long deadlineNs = System.nanoTime() + 20 * SECOND_NS;
        while (block.completedAcquire() < tickets) {
            assertThat(System.nanoTime() - deadlineNs).as("waiting for %d tickets", tickets).isNegative();
            LockSupport.parkNanos(50_000);
        }
    }
}
