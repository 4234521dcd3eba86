package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * Encodes still pictures from I420 slots of limited range in the matrix of BT.601. JPEG gets the same samples in full
 * range (JFIF), WebP the samples as they are, PNG RGB. Stateless; any thread.
 */
public final class PictureEncoder {
    private static final int ONE = 1 << 16;
    private static final int MAX_QUALITY = 100;
    private static final int WORST_SCALE = 31;

    /** Kinds of pictures. */
    public enum Kind {
        /** JPEG (JFIF), lossy. */
        JPEG("mjpeg", AV_PIX_FMT_YUVJ420P),
        /** PNG, without loss behind the conversion to RGB. */
        PNG("png", AV_PIX_FMT_RGB24),
        /** WebP, lossy. */
        WEBP("libwebp", AV_PIX_FMT_YUV420P);

        private final String encoder;
        private final int pixels;

        Kind(final String encoder, final int pixels) {
            this.encoder = encoder;
            this.pixels = pixels;
        }

        /** FFmpeg's name of the encoder. */
        public String encoderName() {
            return encoder;
        }
    }

    private PictureEncoder() {
    }

    /**
     * Encodes one picture.
     *
     * @param kind    of the file.
     * @param slot    I420, read.
     * @param quality 1..100, the higher the better; means nothing to PNG.
     * @return the bytes of the file.
     * @throws MediaException           if the encoder is not in this FFmpeg build or refuses the picture.
     * @throws IllegalArgumentException if the slot is not I420 or the quality is out of range.
     */
    public static ByteBuffer encode(final Kind kind, final FrameSlot slot, final int quality) {
        FFmpeg.load();
        if (slot.format().pixelFormat() != PixelFormat.I420) {
            throw new IllegalArgumentException("picture: expected an I420 slot, actual " + slot.format());
        }
        if (quality < 1 || quality > MAX_QUALITY) {
            throw new IllegalArgumentException("quality: expected 1..100, actual " + quality);
        }
        final String what = "encoder " + kind.encoder + " " + slot.format();
        AVCodecContext codec = null;
        AVFrame picture = null;
        AVPacket unit = null;
        try {
            final AVCodec implementation = FFmpeg.check(avcodec_find_encoder_by_name(kind.encoder), what);
            codec = FFmpeg.check(avcodec_alloc_context3(implementation), what);
            picture = FFmpeg.check(av_frame_alloc(), what);
            unit = FFmpeg.check(av_packet_alloc(), what);
            open(kind, implementation, codec, slot.format(), quality, what);
            fill(kind, codec, picture, slot, what);
            FFmpeg.check(avcodec_send_frame(codec, picture), what);
            FFmpeg.check(avcodec_send_frame(codec, null), what);
            FFmpeg.check(avcodec_receive_packet(codec, unit), what);
            return ByteBuffer.allocate(unit.size()).put(unit.data().limit(unit.size()).asByteBuffer()).flip();
        } finally {
            FFmpeg.free(picture, unit, codec);
        }
    }

    private static void open(
        final Kind kind, final AVCodec implementation, final AVCodecContext codec, final FrameFormat format,
        final int quality, final String what) {
        codec.width(format.width()).height(format.height()).pix_fmt(kind.pixels).thread_count(1);
        codec.time_base().num(1).den(1);
        codec.color_range(kind == Kind.WEBP ? AVCOL_RANGE_MPEG : AVCOL_RANGE_JPEG);
        if (kind == Kind.JPEG) {
            codec.flags(codec.flags() | AV_CODEC_FLAG_QSCALE);
            codec.qmin(1);
            codec.global_quality(scaleFor(quality) * FF_QP2LAMBDA);
        } else if (kind == Kind.WEBP) {
            FFmpeg.check(av_opt_set(codec.priv_data(), "quality", Integer.toString(quality), 0), what);
        }
        FFmpeg.check(avcodec_open2(codec, implementation, (AVDictionary) null), what);
    }

    /** Quantiser scale of the codec: 1 is best, 31 worst. */
    private static int scaleFor(final int quality) {
        return 1 + (MAX_QUALITY - quality) * (WORST_SCALE - 1) / (MAX_QUALITY - 1);
    }

    private static void fill(
        final Kind kind, final AVCodecContext codec, final AVFrame picture, final FrameSlot slot, final String what) {
        final FrameFormat format = slot.format();
        picture.format(kind.pixels).width(format.width()).height(format.height());
        picture.color_range(codec.color_range()).quality(codec.global_quality());
        FFmpeg.check(av_frame_get_buffer(picture, 0), what);
        final SwsContext converter = FFmpeg.check(sws_getContext(format.width(), format.height(), AV_PIX_FMT_YUV420P,
            format.width(), format.height(), kind.pixels, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
            (SwsFilter) null, null, (DoublePointer) null), what);
        try (SlotPlanes planes = new SlotPlanes()) {
            final IntPointer coefficients = sws_getCoefficients(SWS_CS_ITU601);
            final int toFullRange = kind == Kind.WEBP ? 0 : 1;
            sws_setColorspaceDetails(converter, coefficients, 0, coefficients, toFullRange, 0, ONE, ONE);
            planes.of(slot);
            sws_scale(converter, planes.addresses(), planes.strides(), 0, format.height(), picture.data(),
                picture.linesize());
        } finally {
            sws_freeContext(converter);
        }
    }
}
