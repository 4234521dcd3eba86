package dev.rill.frame;

import dev.rill.frame.codec.MediaException;
import dev.rill.frame.codec.PictureScaler;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;

/**
 * Brings frames to the size that the session was asked for, once, in front of the model: scaled to cover it, what
 * sticks out cut off evenly (live-session specification, section 15.2). Frames of that size already, and all frames
 * where no size was asked for, pass as they are. Single-threaded.
 */
final class OutputSize implements AutoCloseable {
    private final Bridge bridge;
    private final int capacity;
    private final PipelineCounters counters;
    /** Of the size asked for, in the colours of the latest frame; null where none was asked for. */
    private FrameFormat format;
    private FramePool pool;
    private PictureScaler scaler;

    /** @param capacity slots for frames between here and the encoder. */
    OutputSize(final FramePipelineContext context, final PipelineCounters counters, final int capacity) {
        format = context.outputWidth() == 0
            ? null : FrameFormat.of(PixelFormat.I420, context.outputWidth(), context.outputHeight());
        bridge = context.bridge();
        this.capacity = capacity;
        this.counters = counters;
    }

    /** Whether frames can have this size. */
    static boolean fits(final int width, final int height) {
        return Math.min(width, height) >= FrameFormat.MIN_DIMENSION
            && Math.max(width, height) <= FrameFormat.MAX_DIMENSION && ((width | height) & 1) == 0;
    }

    /**
     * The frame in its final size.
     *
     * @param slot taken over, unless the result is null.
     * @return {@code slot} itself, or another one, which is the caller's; null while none is free.
     * @throws dev.rill.gpu.BridgeException if there is no memory.
     * @throws MediaException               if this size cannot be scaled.
     */
    FrameSlot fit(final FrameSlot slot) {
        if (format == null) {
            return slot;
        }
        if (format.colours() != slot.format().colours()) {
            format = format.colours(slot.format().colours());
        }
        if (slot.format().equals(format)) {
            return slot;
        }
        if (pool == null || !pool.format().equals(format)) {
            close();
            pool = bridge.newPool(format, capacity);
            scaler = new PictureScaler();
        }
        final FrameSlot target = pool.acquire();
        if (target != null) {
            cover(slot, target);
        }
        return target;
    }

    private void cover(final FrameSlot slot, final FrameSlot target) {
        try {
            scaler.cover(slot, target);
        } catch (final MediaException ex) {
            target.release();
            throw ex;
        }
        slot.release();
        PipelineCounters.add(counters.scaledFrames, 1);
        PipelineCounters.add(counters.scaledBytes, format.pictureBytes());
    }

    /** Idempotent; frames on their way keep their slots. */
    @Override
    public void close() {
        if (pool != null) {
            pool.close();
            pool = null;
            scaler.close();
        }
    }
}
