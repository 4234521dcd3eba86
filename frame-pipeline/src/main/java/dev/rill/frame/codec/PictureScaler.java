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
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Scales I420 pictures from slot to slot on the processor: bicubic, each plane by itself, so matrix and range stay what
 * they are. The whole picture is stretched to the size of the target. Single-threaded.
 */
public final class PictureScaler implements AutoCloseable {
    private static final int PLANES = 4;

    private final NativeAddress address = new NativeAddress();
    private final PointerPointer<NativeAddress> sources = new PointerPointer<>(PLANES);
    private final PointerPointer<NativeAddress> targets = new PointerPointer<>(PLANES);
    private final IntPointer sourceStrides = new IntPointer(PLANES);
    private final IntPointer targetStrides = new IntPointer(PLANES);
    private SwsContext scaler;
    private long scaledFrames;

    /** A scaler; sizes come with the slots and may change. */
    public PictureScaler() {
        FFmpeg.load();
    }

    /**
     * Scales one picture.
     *
     * @param source I420, read.
     * @param target I420, overwritten.
     * @throws MediaException if the sizes cannot be scaled.
     */
    public void scale(final FrameSlot source, final FrameSlot target) {
        final FrameFormat from = source.format();
        final FrameFormat to = target.format();
        if (from.pixelFormat() != PixelFormat.I420 || to.pixelFormat() != PixelFormat.I420) {
            throw new IllegalArgumentException("scaler: expected I420 slots, actual " + from + " and " + to);
        }
        scaler = sws_getCachedContext(scaler, from.width(), from.height(), AV_PIX_FMT_YUV420P, to.width(), to.height(),
            AV_PIX_FMT_YUV420P, SWS_BICUBIC, (SwsFilter) null, null, (DoublePointer) null);
        if (scaler == null) {
            throw new MediaException("scaler: " + from + " cannot be scaled to " + to);
        }
        describe(source, from, sources, sourceStrides);
        describe(target, to, targets, targetStrides);
        sws_scale(scaler, sources, sourceStrides, 0, from.height(), targets, targetStrides);
        scaledFrames++;
    }

    private void describe(
        final FrameSlot slot, final FrameFormat format, final PointerPointer<NativeAddress> planes,
        final IntPointer strides) {
        for (int plane = 0; plane < format.planeCount(); plane++) {
            planes.put(plane, address.set(slot.planeAddress(plane)));
            strides.put(plane, format.planeStride(plane));
        }
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
        sourceStrides.close();
        targetStrides.close();
    }
}
