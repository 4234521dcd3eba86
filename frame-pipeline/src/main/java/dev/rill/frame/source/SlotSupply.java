package dev.rill.frame.source;

import dev.rill.frame.codec.SlotSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;

/** The few slots that a source needs between a decoder or a painter and the encoder; follows a change of format. */
final class SlotSupply implements SlotSource, AutoCloseable {
    private static final int SLOTS = 3;

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
    private FramePool pool;
    private int kept;

    @Override
    public FrameSlot acquire(final FrameFormat format, final int keptByDecoder) {
        return pool(format, keptByDecoder).acquire();
    }

    @Override
    public int available(final FrameFormat format) {
        return pool(format, kept).available();
    }

    @Override
    public int outstanding() {
        return pool == null ? 0 : pool.outstanding();
    }

    private FramePool pool(final FrameFormat format, final int keptByDecoder) {
        if (pool == null || !pool.format().equals(format) || kept < keptByDecoder) {
            if (pool != null) {
                pool.close();
                pool = null;
            }
            kept = Math.max(kept, keptByDecoder);
            pool = bridge.newPool(format, SLOTS + kept);
        }
        return pool;
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
        bridge.close();
    }
}
