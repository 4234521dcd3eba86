package dev.rill.frame;

import dev.rill.frame.codec.SlotSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;

/**
 * Slots for decoded pictures: one pool, replaced when the resolution changes or the decoder keeps more of them than
 * before. The old pool is closed at once and lives until its last slot is back; while it does, no third pool is opened,
 * so a stream that changes its resolution with every frame is slowed down, not fed with memory. Single-threaded.
 */
public final class DecoderSlots implements SlotSource, AutoCloseable {
    private final Bridge bridge;
    private final int capacity;
    private int kept;
    private FramePool pool;
    private FramePool former;

    /**
     * Slots of a bridge.
     *
     * @param bridge   allocates the pools; outlives this.
     * @param capacity slots of one size for those behind the decoder; what the decoder keeps comes on top.
     */
    public DecoderSlots(final Bridge bridge, final int capacity) {
        this.bridge = bridge;
        this.capacity = capacity;
    }

    @Override
    public FrameSlot acquire(final int width, final int height, final int keptByDecoder) {
        if ((!fits(width, height) || keptByDecoder > kept) && !replace(width, height, keptByDecoder)) {
            return null;
        }
        return pool.acquire();
    }

    @Override
    public int available(final int width, final int height) {
        if (fits(width, height)) {
            return pool.available();
        }
        return mayReplace() ? capacity : 0;
    }

    @Override
    public int outstanding() {
        return (pool == null ? 0 : pool.outstanding()) + (former == null ? 0 : former.outstanding());
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }

    private boolean fits(final int width, final int height) {
        return pool != null && pool.format().width() == width && pool.format().height() == height;
    }

    private boolean mayReplace() {
        return former == null || former.outstanding() == 0;
    }

    private boolean replace(final int width, final int height, final int keptByDecoder) {
        if (!mayReplace()) {
            return false;
        }
        final FramePool next =
            bridge.newPool(FrameFormat.of(PixelFormat.I420, width, height), capacity + keptByDecoder);
        if (pool != null) {
            pool.close();
            former = pool;
        }
        pool = next;
        kept = keptByDecoder;
        return true;
    }
}
