package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.rill.gpu.TestBridges#devices")
class FramePoolTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.I420, 64, 32);

    private final String device;
    private Bridge bridge;

    FramePoolTest(final String device) {
        this.device = device;
    }

    @BeforeEach
    void launch() {
        bridge = TestBridges.launch(device, 1);
    }

    @AfterEach
    void close() {
        if (bridge != null) {
            bridge.close();
            assertThat(bridge.openPools()).as("pools whose memory was not freed").isZero();
        }
    }

    @Test
    void shouldHandOutEverySlotOnceAndThenNone() {
        final FramePool pool = bridge.newPool(FORMAT, 3);
        final List<FrameSlot> slots = List.of(pool.acquire(), pool.acquire(), pool.acquire());

        assertThat(slots).doesNotHaveDuplicates();
        assertThat(pool.acquire()).isNull();
        assertThat(pool.available()).isZero();
        assertThat(pool.outstanding()).isEqualTo(3);
        slots.forEach(FrameSlot::release);
        assertThat(pool.available()).isEqualTo(pool.capacity()).isEqualTo(3);
    }

    @Test
    void shouldReturnSlotOnlyWithLastReference() {
        final FramePool pool = bridge.newPool(FORMAT, 1);
        final FrameSlot slot = pool.acquire();

        assertThat(slot.retain()).isSameAs(slot);
        assertThat(slot.referenceCount()).isEqualTo(2);
        slot.release();
        assertThat(pool.acquire()).isNull();
        slot.release();
        assertThat(slot.referenceCount()).isZero();
        assertThat(pool.available()).isEqualTo(1);
    }

    @Test
    void shouldThrowOnDoubleReleaseAndUseAfterRelease() {
        final FramePool pool = bridge.newPool(FORMAT, 1);
        final FrameSlot slot = pool.acquire();
        slot.release();

        assertThatThrownBy(slot::release).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("slot 0 of pool I420 64x32");
        assertThatThrownBy(slot::retain).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(slot::handle).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> slot.planeAddress(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> slot.plane(0)).isInstanceOf(IllegalStateException.class);
        assertThat(pool.available()).as("slots after a refused double release").isEqualTo(1);
    }

    @Test
    void shouldFindSlotByHandleUntilItIsReturned() {
        final FramePool pool = bridge.newPool(FORMAT, 1);
        final FrameSlot slot = pool.acquire();
        final long handle = slot.handle();
        assertThat(pool.slot(handle)).isSameAs(slot);
        slot.release();

        assertThatThrownBy(() -> pool.slot(handle)).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("stale handle");
        final FrameSlot again = pool.acquire();
        assertThat(again.handle()).isNotEqualTo(handle);
        assertThatThrownBy(() -> pool.slot(handle)).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("stale handle of generation 0");
        assertThatThrownBy(() -> pool.slot(again.handle() + 1)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("slot index 1, expected 0 to 0");
        again.release();
    }

    @Test
    void shouldGiveEachPlaneItsOwnAlignedMemory() {
        final FramePool pool = bridge.newPool(FORMAT, 2);
        final FrameSlot first = pool.acquire();
        final FrameSlot second = pool.acquire();
        for (int plane = 0; plane < FORMAT.planeCount(); plane++) {
            final ByteBuffer view = first.plane(plane);
            assertThat(view.isDirect()).isTrue();
            assertThat(view.order()).isEqualTo(ByteOrder.nativeOrder());
            assertThat(view.position()).isZero();
            assertThat(view.capacity()).isEqualTo(FORMAT.planeStride(plane) * FORMAT.planeRows(plane));
            assertThat(Pointer.nativeValue(Native.getDirectBufferPointer(view))).isEqualTo(first.planeAddress(plane));
            assertThat(first.planeAddress(plane) % 64).isZero();
        }
        assertThat(Math.abs(first.planeAddress(0) - second.planeAddress(0))).isEqualTo(FORMAT.sizeBytes());
        new Pointer(first.planeAddress(1)).setByte(5, (byte) 77);
        assertThat(first.plane(1).get(5)).isEqualTo((byte) 77);
        first.release();
        second.release();
    }

    @Test
    void shouldKeepMemoryOfClosedPoolUntilLastSlotReturns() {
        final FramePool pool = bridge.newPool(FORMAT, 2);
        final FrameSlot slot = pool.acquire();
        pool.close();
        pool.close();

        assertThat(pool.acquire()).isNull();
        assertThat(pool.available()).isZero();
        assertThat(pool.outstanding()).isEqualTo(1);
        assertThat(bridge.outstandingSlots()).isEqualTo(1);
        slot.plane(0).put(0, (byte) 1);
        assertThat(slot.plane(0).get(0)).isEqualTo((byte) 1);
        slot.release();
        assertThat(bridge.openPools()).isZero();
    }

    @Test
    void shouldKeepMemoryWhenBridgeClosesFirst() {
        final FramePool pool = bridge.newPool(FORMAT, 1);
        final FrameSlot slot = pool.acquire();
        bridge.close();

        assertThat(bridge.outstandingSlots()).isEqualTo(1);
        assertThat(bridge.openPools()).isEqualTo(1);
        slot.plane(2).put(0, (byte) 9);
        slot.release();
        assertThat(bridge.outstandingSlots()).isZero();
        assertThat(bridge.openPools()).isZero();
    }

    @Test
    void shouldRefuseUnfitSlotCountsAndClosedBridge() {
        assertThatThrownBy(() -> bridge.newPool(FORMAT, 0)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("slots=0, expected 1 to 4096");
        bridge.close();
        assertThatThrownBy(() -> bridge.newPool(FORMAT, 1)).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("is closed");
    }

    @Test
    void shouldNeverHandOutSlotTwiceUnderContention() throws Exception {
        final long seed = new Random().nextLong();
        final FramePool pool = bridge.newPool(FORMAT, 4);
        final ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            final List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                final int id = i + 1;
                results.add(threads.submit(() -> acquireAndRelease(pool, id, new Random(seed + id))));
            }
            int acquired = 0;
            for (final Future<Integer> result : results) {
                acquired += result.get(20, TimeUnit.SECONDS);
            }
            assertThat(acquired).as("seed %d", seed).isPositive();
            assertThat(pool.available()).isEqualTo(4);
            assertThat(pool.outstanding()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private static int acquireAndRelease(final FramePool pool, final int id, final Random random) {
        int acquired = 0;
        for (int i = 0; i < 20_000; i++) {
            final FrameSlot slot = pool.acquire();
            if (slot != null) {
                acquired++;
                slot.memory().putInt(0, id);
                if (random.nextInt(64) == 0) {
                    Thread.yield();
                }
                assertThat(slot.memory().getInt(0)).as("owner of %s", slot).isEqualTo(id);
                slot.release();
            }
        }
        return acquired;
    }
}
