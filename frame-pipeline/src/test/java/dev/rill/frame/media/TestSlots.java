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

/** Slots for tests: a small pool per size. */
public final class TestSlots implements SlotSource, AutoCloseable {
    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
    private final Map<FrameFormat, FramePool> pools = new HashMap<>();
    private final int slotsPerSize;

    public TestSlots(final int slotsPerSize) {
        this.slotsPerSize = slotsPerSize;
    }

    public FramePool pool(final int width, final int height) {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, width, height);
        return pools.computeIfAbsent(format, key -> bridge.newPool(key, slotsPerSize));
    }

    @Override
    public FrameSlot acquire(final int width, final int height) {
        return pool(width, height).acquire();
    }

    @Override
    public int available(final int width, final int height) {
        return pool(width, height).available();
    }

    /** Slots that were not given back. */
    public int outstanding() {
        return pools.values().stream().mapToInt(FramePool::outstanding).sum();
    }

    @Override
    public void close() {
        pools.values().forEach(FramePool::close);
        bridge.close();
    }
}
