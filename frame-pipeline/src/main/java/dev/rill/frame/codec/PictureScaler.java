package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Scales I420 pictures from slot to slot on the processor: bicubic, each plane by itself, so matrix and range stay what
 * they are. The size of the target is reached by stretching ({@link #scale}) or by covering it ({@link #cover}).
 * Single-threaded.
 */
public final class PictureScaler implements AutoCloseable {
    private final SlotPlanes sources = new SlotPlanes();
    private final SlotPlanes targets = new SlotPlanes();
    private SwsContext scaler;
    private long scaledFrames;

    /** A scaler; sizes come with the slots and may change. */
    public PictureScaler() {
        FFmpeg.load();
    }

    /**
     * Stretches one picture to the size of the target.
     *
     * @param source I420, read.
     * @param target I420, overwritten.
     * @throws MediaException if the sizes cannot be scaled.
     */
    public void scale(final FrameSlot source, final FrameSlot target) {
        scale(source, source.format().width(), source.format().height(), target);
    }

    /**
     * Scales one picture to cover the target; what sticks out on either side is cut off evenly, to an even column or
     * row of the source.
     *
     * @param source I420, read.
     * @param target I420, overwritten.
     * @throws MediaException if the sizes cannot be scaled.
     */
    public void cover(final FrameSlot source, final FrameSlot target) {
        final FrameFormat from = source.format();
        final FrameFormat to = target.format();
        scale(source, sideThatCovers(from.width(), from.height(), to.width(), to.height()),
            sideThatCovers(from.height(), from.width(), to.height(), to.width()), target);
    }

    /** How much of {@code side} shows where the other side shows at most as a whole: even, 2 at least. */
    private static int sideThatCovers(final int side, final int other, final int targetSide, final int targetOther) {
        final long shown = 2 * Math.round((double) other * targetSide / targetOther / 2);
        return (int) Math.max(2, Math.min(side, shown));
    }

    /** Scales the middle of the source. */
    private void scale(final FrameSlot source, final int width, final int height, final FrameSlot target) {
        final FrameFormat from = source.format();
        final FrameFormat to = target.format();
        if (from.pixelFormat() != PixelFormat.I420 || to.pixelFormat() != PixelFormat.I420) {
            throw new IllegalArgumentException("scaler: expected I420 slots, actual " + from + " and " + to);
        }
        scaler = sws_getCachedContext(scaler, width, height, AV_PIX_FMT_YUV420P, to.width(), to.height(),
            AV_PIX_FMT_YUV420P, SWS_BICUBIC, (SwsFilter) null, null, (DoublePointer) null);
        if (scaler == null) {
            throw new MediaException("scaler: " + from + " cannot be scaled to " + to);
        }
        sources.of(source, (from.width() - width) / 2 & ~1, (from.height() - height) / 2 & ~1);
        targets.of(target);
        sws_scale(scaler, sources.addresses(), sources.strides(), 0, height, targets.addresses(), targets.strides());
        scaledFrames++;
    }

    /** Pictures scaled so far. */
    public long scaledFrames() {
        return scaledFrames;
    }

    @Override
    public void close() {
        if (scaler != null) {
            sws_freeContext(scaler);
            scaler = null;
        }
        sources.close();
        targets.close();
    }
}
