package dev.rill.frame.media;

import dev.rill.frame.codec.SlotSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import java.util.HashMap;
import java.util.Map;

/** Slots for tests: a small pool per size, with those that a decoder keeps besides. */
public final class TestSlots implements SlotSource, AutoCloseable {
    /** What the streams of the tests let their decoder keep: one reference and two in the making. */
    public static final int KEPT = 3;

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
    private final Map<FrameFormat, FramePool> pools = new HashMap<>();
    private final int slotsPerSize;

    public TestSlots(final int slotsPerSize) {
        this.slotsPerSize = slotsPerSize;
    }

    public FramePool pool(final int width, final int height) {
        return pool(FrameFormat.of(PixelFormat.I420, width, height));
    }

    public FramePool pool(final FrameFormat format) {
        return pools.computeIfAbsent(format, key -> bridge.newPool(key, slotsPerSize + KEPT));
    }

    public FrameSlot acquire(final int width, final int height) {
        return pool(width, height).acquire();
    }

    @Override
    public FrameSlot acquire(final FrameFormat format, final int keptByDecoder) {
        return pool(format).acquire();
    }

    @Override
    public int available(final FrameFormat format) {
        final FramePool pool = pools.get(format);
        return pool == null ? slotsPerSize : pool.available();
    }

    @Override
    public int outstanding() {
        return pools.values().stream().mapToInt(FramePool::outstanding).sum();
    }

    @Override
    public void close() {
        pools.values().forEach(FramePool::close);
        bridge.close();
    }
}
