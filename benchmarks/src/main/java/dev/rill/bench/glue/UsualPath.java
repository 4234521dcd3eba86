package dev.rill.bench.glue;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import dev.rill.frame.Packet;
import dev.rill.frame.codec.FFmpeg;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.DoublePointer;

/**
 * The usual way of runners: decoded frame → RGB by swscale → a planar tensor of floats in 0..1 → the model, here none →
 * RGB → YUV by swscale → encoder. Without the tensor it is the bare codecs: the decoder's frame goes to the encoder.
 */
final class UsualPath implements FramePath {
    private static final float SCALE = 1f / 255;
    private static final float LEVELS = 255f;
    private static final int CHANNELS = 3;

    private final boolean withTensor;
    private final int width;
    private final int height;
    private final AVCodecContext decoder;
    private final AVCodecContext encoder;
    private final AVPacket input = av_packet_alloc();
    private final AVPacket output = av_packet_alloc();
    private final AVFrame picture = av_frame_alloc();
    private final AVFrame rgb = av_frame_alloc();
    private final AVFrame yuv = av_frame_alloc();
    private final SwsContext toRgb;
    private final SwsContext toYuv;
    private final byte[] interleaved;
    private final float[] tensor;
    private long pts;

    UsualPath(final boolean withTensor, final int width, final int height, final long bitRate) {
        this.withTensor = withTensor;
        this.width = width;
        this.height = height;
        FFmpeg.load();
        decoder = openDecoder();
        encoder = openEncoder(width, height, bitRate);
        toRgb = scaler(width, height, AV_PIX_FMT_YUV420P, AV_PIX_FMT_RGB24);
        toYuv = scaler(width, height, AV_PIX_FMT_RGB24, AV_PIX_FMT_YUV420P);
        allocate(rgb, AV_PIX_FMT_RGB24);
        allocate(yuv, AV_PIX_FMT_YUV420P);
        interleaved = new byte[rgb.linesize(0) * height];
        tensor = new float[3 * width * height];
    }

    private static AVCodecContext openDecoder() {
        final AVCodec codec = avcodec_find_decoder(AV_CODEC_ID_H264);
        final AVCodecContext context = avcodec_alloc_context3(codec);
        context.thread_count(1);
        FFmpeg.check(avcodec_open2(context, codec, (AVDictionary) null), "decoder");
        return context;
    }

    private static AVCodecContext openEncoder(final int width, final int height, final long bitRate) {
        final AVCodec codec = avcodec_find_encoder_by_name("libopenh264");
        final AVCodecContext context = avcodec_alloc_context3(codec);
        context.width(width).height(height).pix_fmt(AV_PIX_FMT_YUV420P).bit_rate(bitRate).gop_size(1 << 20);
        context.thread_count(1).time_base().num(1).den(90_000);
        context.framerate().num(30).den(1);
        av_opt_set(context.priv_data(), "allow_skip_frames", "0", 0);
        FFmpeg.check(avcodec_open2(context, codec, (AVDictionary) null), "encoder");
        return context;
    }

    private static SwsContext scaler(final int width, final int height, final int from, final int to) {
        return sws_getContext(width, height, from, width, height, to, SWS_BILINEAR, (SwsFilter) null, null,
            (DoublePointer) null);
    }

    private void allocate(final AVFrame frame, final int format) {
        frame.format(format).width(width).height(height);
        FFmpeg.check(av_frame_get_buffer(frame, 0), "frame");
    }

    @Override
    public long carry(final Packet unit) {
        av_new_packet(input, unit.length());
        input.data().limit(unit.length()).asByteBuffer().put(unit.data().duplicate());
        FFmpeg.check(avcodec_send_packet(decoder, input), "decode");
        av_packet_unref(input);
        long bytes = 0;
        while (avcodec_receive_frame(decoder, picture) >= 0) {
            bytes += encode(withTensor ? throughTensor() : picture);
        }
        return bytes;
    }

    private AVFrame throughTensor() {
        sws_scale(toRgb, picture.data(), picture.linesize(), 0, height, rgb.data(), rgb.linesize());
        rgb.data(0).get(interleaved, 0, interleaved.length);
        for (int channel = 0; channel < CHANNELS; channel++) {
            toTensor(channel, rgb.linesize(0));
        }
        for (int channel = 0; channel < CHANNELS; channel++) {
            fromTensor(channel, rgb.linesize(0));
        }
        rgb.data(0).put(interleaved, 0, interleaved.length);
        av_frame_make_writable(yuv);
        sws_scale(toYuv, rgb.data(), rgb.linesize(), 0, height, yuv.data(), yuv.linesize());
        return yuv;
    }

    /** One channel per call, so that the loop has one stride to read and one to write. */
    private void toTensor(final int channel, final int stride) {
        final byte[] from = interleaved;
        final float[] to = tensor;
        for (int y = 0; y < height; y++) {
            final int target = (channel * height + y) * width;
            for (int x = 0, source = y * stride + channel; x < width; x++, source += CHANNELS) {
                to[target + x] = (from[source] & 0xFF) * SCALE;
            }
        }
    }

    private void fromTensor(final int channel, final int stride) {
        final float[] from = tensor;
        final byte[] to = interleaved;
        for (int y = 0; y < height; y++) {
            final int source = (channel * height + y) * width;
            for (int x = 0, target = y * stride + channel; x < width; x++, target += CHANNELS) {
                to[target] = (byte) (int) (from[source + x] * LEVELS + 0.5f);
            }
        }
    }

    private long encode(final AVFrame frame) {
        pts += 3000;
        frame.pts(pts).pict_type(AV_PICTURE_TYPE_NONE);
        FFmpeg.check(avcodec_send_frame(encoder, frame), "encode");
        long bytes = 0;
        while (avcodec_receive_packet(encoder, output) >= 0) {
            bytes += output.size();
            av_packet_unref(output);
        }
        return bytes;
    }

    @Override
    public void close() {
        sws_freeContext(toRgb);
        sws_freeContext(toYuv);
        avcodec_free_context(decoder);
        avcodec_free_context(encoder);
        for (final AVFrame frame : new AVFrame[] {picture, rgb, yuv}) {
            av_frame_free(frame);
        }
        av_packet_free(input);
        av_packet_free(output);
    }
}
