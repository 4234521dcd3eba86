package dev.rill.frame;

import dev.rill.frame.codec.SlotSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;

/**
 * Slots for decoded pictures: one pool, replaced when the format changes or the decoder keeps more of them than
 * before. The old pool is closed at once and lives until its last slot is back; while it does, no third pool is opened,
 * so a stream that changes its format with every frame is slowed down, not fed with memory. Single-threaded.
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
     * @param capacity slots of one format for those behind the decoder; what the decoder keeps comes on top.
     */
    public DecoderSlots(final Bridge bridge, final int capacity) {
        this.bridge = bridge;
        this.capacity = capacity;
    }

    @Override
    public FrameSlot acquire(final FrameFormat format, final int keptByDecoder) {
        if ((!fits(format) || keptByDecoder > kept) && !replace(format, keptByDecoder)) {
            return null;
        }
        return pool.acquire();
    }

    @Override
    public int available(final FrameFormat format) {
        if (fits(format)) {
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

    private boolean fits(final FrameFormat format) {
        return pool != null && pool.format().equals(format);
    }

    private boolean mayReplace() {
        return former == null || former.outstanding() == 0;
    }

    private boolean replace(final FrameFormat format, final int keptByDecoder) {
        if (!mayReplace()) {
            return false;
        }
        final FramePool next = bridge.newPool(format, capacity + keptByDecoder);
        if (pool != null) {
            pool.close();
            former = pool;
        }
        pool = next;
        kept = keptByDecoder;
        return true;
    }
}
