package dev.rill.frame.source;

import dev.rill.frame.codec.SlotSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;

/** The few slots that a source needs between a decoder or a painter and the encoder; follows a change of size. */
final class SlotSupply implements SlotSource, AutoCloseable {
    private static final int SLOTS = 3;

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
    private FramePool pool;
    private int kept;

    @Override
    public FrameSlot acquire(final int width, final int height, final int keptByDecoder) {
        return pool(width, height, keptByDecoder).acquire();
    }

    @Override
    public int available(final int width, final int height) {
        return pool(width, height, kept).available();
    }

    @Override
    public int outstanding() {
        return pool == null ? 0 : pool.outstanding();
    }

    private FramePool pool(final int width, final int height, final int keptByDecoder) {
        if (!fits(width, height, keptByDecoder)) {
            if (pool != null) {
                pool.close();
                pool = null;
            }
            kept = Math.max(kept, keptByDecoder);
            pool = bridge.newPool(FrameFormat.of(PixelFormat.I420, width, height), SLOTS + kept);
        }
        return pool;
    }

    private boolean fits(final int width, final int height, final int keptByDecoder) {
        return pool != null && pool.format().width() == width && pool.format().height() == height
            && kept >= keptByDecoder;
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
        bridge.close();
    }
}
