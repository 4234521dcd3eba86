package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_image_copy_plane;
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

    private final PictureFormat formats;
    private final NativeAddress target = new NativeAddress();
    private final SlotPlanes targets = new SlotPlanes();
    private SwsContext scaler;
    private long copiedFrames;
    private long convertedFrames;
    private long hostBytes;

    FrameImporter(final PictureFormat formats) {
        this.formats = formats;
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

    /** Fills {@code slot}, whose format is that of the picture. */
    void bring(final AVFrame picture, final FrameSlot slot) {
        final FrameFormat format = slot.format();
        if (format.pixelFormat() != PixelFormat.I420) {
            throw new IllegalArgumentException("slot of a decoder: expected I420, actual " + format);
        }
        if (formats.isPlain(picture)) {
            copy(picture, slot, format);
            copiedFrames++;
        } else {
            convert(picture, slot, format);
            convertedFrames++;
        }
        hostBytes += format.pictureBytes();
    }

    private void copy(final AVFrame picture, final FrameSlot slot, final FrameFormat format) {
        for (int plane = 0; plane < format.planeCount(); plane++) {
            av_image_copy_plane(target.set(slot.planeAddress(plane)), format.planeStride(plane),
                picture.data(plane), picture.linesize(plane), format.planeWidth(plane), format.planeRows(plane));
        }
    }

    private void convert(final AVFrame picture, final FrameSlot slot, final FrameFormat format) {
        final int pixels = PictureFormat.forConversion(picture);
        scaler = sws_getCachedContext(scaler, format.width(), format.height(), pixels, format.width(), format.height(),
            AV_PIX_FMT_YUV420P, SWS_BICUBIC | SWS_ACCURATE_RND, (SwsFilter) null, null, (DoublePointer) null);
        if (scaler == null) {
            throw new MediaException("picture " + format.width() + "x" + format.height() + ": pixel format "
                + av_get_pix_fmt_name(picture.format()).getString() + " cannot be converted to I420");
        }
        if (PictureFormat.isRgb(pixels)) {
            final IntPointer coefficients =
                sws_getCoefficients(format.colours().isBt709() ? SWS_CS_ITU709 : SWS_CS_ITU601);
            sws_setColorspaceDetails(scaler, coefficients, 1, coefficients, 0, 0, ONE, ONE);
        }
        targets.of(slot);
        sws_scale(scaler, picture.data(), picture.linesize(), 0, format.height(), targets.addresses(),
            targets.strides());
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
