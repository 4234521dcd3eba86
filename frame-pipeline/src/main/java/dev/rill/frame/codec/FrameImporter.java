package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_image_copy_plane;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * Brings decoded pictures into I420 slots: 8-bit 4:2:0 is copied row by row, everything else is converted by swscale.
 * An odd last column or row is left out. Single-threaded.
 */
final class FrameImporter implements AutoCloseable {
    private static final int ONE = 1 << 16;

    private final boolean limitRange;
    private final ColourMatrix matrix;
    private final NativeAddress target = new NativeAddress();
    private final SlotPlanes targets = new SlotPlanes();
    private SwsContext scaler;
    private long copiedFrames;
    private long convertedFrames;
    private long hostBytes;

    /**
     * @param limitRange true converts full-range samples to limited range, false takes them as they are.
     * @param matrix     of the samples that are made of RGB.
     */
    FrameImporter(final boolean limitRange, final ColourMatrix matrix) {
        this.limitRange = limitRange;
        this.matrix = matrix;
    }

    long copiedFrames() {
        return copiedFrames;
    }

    long convertedFrames() {
        return convertedFrames;
    }

    long hostBytes() {
        return hostBytes;
    }

    /** Fills {@code slot}, whose size is that of the picture rounded down to even. */
    void bring(final AVFrame picture, final FrameSlot slot) {
        final FrameFormat format = slot.format();
        if (format.pixelFormat() != PixelFormat.I420) {
            throw new IllegalArgumentException("slot of a decoder: expected I420, actual " + format);
        }
        if (isPlain(picture)) {
            copy(picture, slot, format);
            copiedFrames++;
        } else {
            convert(picture, slot, format);
            convertedFrames++;
        }
        hostBytes += format.pictureBytes();
    }

    /** Whether the samples can be used as they are. */
    boolean isPlain(final AVFrame picture) {
        final int pixels = picture.format();
        final boolean fullRange = pixels == AV_PIX_FMT_YUVJ420P || picture.color_range() == AVCOL_RANGE_JPEG;
        return (pixels == AV_PIX_FMT_YUV420P || pixels == AV_PIX_FMT_YUVJ420P) && !(fullRange && limitRange);
    }

    private void copy(final AVFrame picture, final FrameSlot slot, final FrameFormat format) {
        for (int plane = 0; plane < format.planeCount(); plane++) {
            av_image_copy_plane(target.set(slot.planeAddress(plane)), format.planeStride(plane),
                picture.data(plane), picture.linesize(plane), format.planeWidth(plane), format.planeRows(plane));
        }
    }

    private void convert(final AVFrame picture, final FrameSlot slot, final FrameFormat format) {
        final int pixels = withRange(picture);
        scaler = sws_getCachedContext(scaler, format.width(), format.height(), pixels, format.width(), format.height(),
            AV_PIX_FMT_YUV420P, SWS_BICUBIC | SWS_ACCURATE_RND, (SwsFilter) null, null, (DoublePointer) null);
        if (scaler == null) {
            throw new MediaException("picture " + format.width() + "x" + format.height() + ": pixel format "
                + av_get_pix_fmt_name(picture.format()).getString() + " cannot be converted to I420");
        }
        if ((av_pix_fmt_desc_get(pixels).flags() & AV_PIX_FMT_FLAG_RGB) != 0) {
            final IntPointer coefficients =
                sws_getCoefficients(matrix.isBt709(format.height()) ? SWS_CS_ITU709 : SWS_CS_ITU601);
            sws_setColorspaceDetails(scaler, coefficients, 1, coefficients, 0, 0, ONE, ONE);
        }
        targets.of(slot);
        sws_scale(scaler, picture.data(), picture.linesize(), 0, format.height(), targets.addresses(),
            targets.strides());
    }

    /** swscale reads the range from the pixel format, while newer decoders state it beside the format. */
    private int withRange(final AVFrame picture) {
        final int pixels = picture.format();
        if (limitRange && picture.color_range() == AVCOL_RANGE_JPEG) {
            if (pixels == AV_PIX_FMT_YUV420P) {
                return AV_PIX_FMT_YUVJ420P;
            }
            if (pixels == AV_PIX_FMT_YUV422P) {
                return AV_PIX_FMT_YUVJ422P;
            }
            if (pixels == AV_PIX_FMT_YUV444P) {
                return AV_PIX_FMT_YUVJ444P;
            }
        }
        return pixels;
    }

    @Override
    public void close() {
        if (scaler != null) {
            sws_freeContext(scaler);
            scaler = null;
        }
        targets.close();
    }
}
