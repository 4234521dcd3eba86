package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import dev.rill.gpu.Colours;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.PixelFormat;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;

/**
 * Which slots the pictures of a decoder belong into: I420 without an odd last column and row, with the colours that the
 * stream declares, or those that are usual for the height where it declares none that slots have.
 */
final class PictureFormat {
    private final boolean limitsRange;
    private final Colours fixed;
    private FrameFormat latest;

    /**
     * @param limitsRange true if full-range samples are converted to limited range, false if 8-bit 4:2:0 is taken as it
     *                    is.
     * @param fixed       colours of all pictures whatever the stream declares; null for what it does.
     */
    PictureFormat(final boolean limitsRange, final Colours fixed) {
        this.limitsRange = limitsRange;
        this.fixed = fixed;
    }

    /** Whether the samples can be used as they are. */
    boolean isPlain(final AVFrame picture) {
        return isPlain(picture.format(), picture.color_range());
    }

    /** Slots for this picture, whose size has to be supported. */
    FrameFormat of(final AVFrame picture) {
        return of(picture.width(), picture.height(), picture.format(), picture.color_range(), picture.colorspace());
    }

    /** Slots for the next picture, as far as the codec knows. */
    FrameFormat of(final AVCodecContext codec) {
        return of(codec.width(), codec.height(), codec.pix_fmt(), codec.color_range(), codec.colorspace());
    }

    private FrameFormat of(final int width, final int height, final int pixels, final int range, final int space) {
        final Colours colours = fixed == null ? colours(height & ~1, pixels, range, space) : fixed;
        final boolean isLatest = latest != null && latest.width() == (width & ~1) && latest.height() == (height & ~1)
            && latest.colours() == colours;
        if (!isLatest) {
            latest = FrameFormat.of(PixelFormat.I420, width & ~1, height & ~1).colours(colours);
        }
        return latest;
    }

    private Colours colours(final int height, final int pixels, final int range, final int space) {
        final boolean isFull = staysFull(pixels, range);
        return switch (space) {
            case AVCOL_SPC_BT709 -> Colours.of(true, isFull);
            case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M -> Colours.of(false, isFull);
            default -> Colours.of(Colours.ofHeight(height).isBt709(), isFull);
        };
    }

    private boolean isPlain(final int pixels, final int range) {
        final boolean isPlanar = pixels == AV_PIX_FMT_YUV420P || pixels == AV_PIX_FMT_YUVJ420P;
        return isPlanar && !(isFull(pixels, range) && limitsRange);
    }

    private boolean staysFull(final int pixels, final int range) {
        return isFull(pixels, range) && !isRgb(pixels) && (isPlain(pixels, range) || !isRangedByName(pixels));
    }

    /** The range counts: after a change of it alone libavcodec keeps the pixel format. */
    private static boolean isFull(final int pixels, final int range) {
        return range == AVCOL_RANGE_JPEG || range == AVCOL_RANGE_UNSPECIFIED
            && (pixels == AV_PIX_FMT_YUVJ420P || pixels == AV_PIX_FMT_YUVJ422P || pixels == AV_PIX_FMT_YUVJ444P);
    }

    /** What swscale has to be told, which reads the range from the pixel format and makes limited range of full. */
    static int forConversion(final AVFrame picture) {
        final int pixels = picture.format();
        final boolean isFull = isFull(pixels, picture.color_range());
        return switch (pixels) {
            case AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P -> isFull ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
            case AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P -> isFull ? AV_PIX_FMT_YUVJ422P : AV_PIX_FMT_YUV422P;
            case AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUVJ444P -> isFull ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUV444P;
            default -> pixels;
        };
    }

    private static boolean isRangedByName(final int pixels) {
        return switch (pixels) {
            case AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV444P,
                AV_PIX_FMT_YUVJ444P -> true;
            default -> false;
        };
    }

    /** Whether pictures of this pixel format are red, green and blue. */
    static boolean isRgb(final int pixels) {
        final AVPixFmtDescriptor description = av_pix_fmt_desc_get(pixels);
        return description != null && (description.flags() & AV_PIX_FMT_FLAG_RGB) != 0;
    }
}
