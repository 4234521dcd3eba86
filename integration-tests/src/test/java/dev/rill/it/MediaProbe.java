package dev.rill.it;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The judge: reads a file with libavformat and libavcodec and nothing of ours, and keeps every picture and the time of
 * every audio frame. For short, small files.
 */
final class MediaProbe {
    /** One picture, 8-bit 4:2:0, planes without padding. */
    record Picture(long pts, int width, int height, byte[] y, byte[] u, byte[] v) {
    }

    /** One decoded audio frame. */
    record Sound(long pts, int samples, int sampleRate, double rms) {
    }

    final List<Picture> pictures = new ArrayList<>();
    final List<Sound> sounds = new ArrayList<>();
    String videoCodec = "";
    String audioCodec = "";

    private MediaProbe() {
    }

    static MediaProbe of(final Path file) {
        final MediaProbe probe = new MediaProbe();
        probe.read(file);
        return probe;
    }

    List<Long> picturePts() {
        return pictures.stream().map(Picture::pts).toList();
    }

    private void read(final Path file) {
        final AVFormatContext format = new AVFormatContext(null);
        check(avformat_open_input(format, file.toString(), null, null), "open " + file);
        check(avformat_find_stream_info(format, (PointerPointer<?>) null), "find streams of " + file);
        final List<AVCodecContext> decoders = new ArrayList<>();
        for (int i = 0; i < format.nb_streams(); i++) {
            decoders.add(decoder(format.streams(i)));
        }
        final AVPacket packet = av_packet_alloc();
        while (av_read_frame(format, packet) >= 0) {
            decode(format.streams(packet.stream_index()), decoders.get(packet.stream_index()), packet);
            av_packet_unref(packet);
        }
        for (int i = 0; i < decoders.size(); i++) {
            decode(format.streams(i), decoders.get(i), null);
            avcodec_free_context(decoders.get(i));
        }
        av_packet_free(packet);
        avformat_close_input(format);
    }

    private AVCodecContext decoder(final AVStream stream) {
        final AVCodecContext context = avcodec_alloc_context3(avcodec_find_decoder(stream.codecpar().codec_id()));
        check(avcodec_parameters_to_context(context, stream.codecpar()), "set up decoder");
        context.pkt_timebase(stream.time_base());
        context.thread_count(1);
        check(avcodec_open2(context, context.codec(), (AVDictionary) null), "open decoder");
        if (stream.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO) {
            videoCodec = context.codec().name().getString();
        } else if (stream.codecpar().codec_type() == AVMEDIA_TYPE_AUDIO) {
            audioCodec = context.codec().name().getString();
        }
        return context;
    }

    private void decode(final AVStream stream, final AVCodecContext decoder, final AVPacket packet) {
        avcodec_send_packet(decoder, packet);
        final AVFrame frame = av_frame_alloc();
        while (avcodec_receive_frame(decoder, frame) >= 0) {
            final long pts = av_rescale_q(frame.best_effort_timestamp(), stream.time_base(), ticks());
            if (stream.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO) {
                pictures.add(picture(frame, pts));
            } else {
                sounds.add(new Sound(pts, frame.nb_samples(), frame.sample_rate(), rms(frame)));
            }
        }
        av_frame_free(frame);
    }

    private static Picture picture(final AVFrame frame, final long pts) {
        if (frame.format() != AV_PIX_FMT_YUV420P && frame.format() != AV_PIX_FMT_YUVJ420P) {
            throw new AssertionError("expected 8-bit 4:2:0, got pixel format " + frame.format());
        }
        final int width = frame.width();
        final int height = frame.height();
        return new Picture(
            pts, width, height, plane(frame, 0, width, height),
            plane(frame, 1, (width + 1) / 2, (height + 1) / 2), plane(frame, 2, (width + 1) / 2, (height + 1) / 2));
    }

    private static byte[] plane(final AVFrame frame, final int index, final int width, final int height) {
        final byte[] samples = new byte[width * height];
        final BytePointer data = frame.data(index);
        for (int row = 0; row < height; row++) {
            data.position((long) row * frame.linesize(index)).get(samples, row * width, width);
        }
        return samples;
    }

    /** Level of the first channel of 32-bit float planar audio, 0 where the format is another. */
    private static double rms(final AVFrame frame) {
        final ByteBuffer samples = frame.data(0).capacity(4L * frame.nb_samples()).asByteBuffer()
            .order(java.nio.ByteOrder.nativeOrder());
        double sum = 0;
        for (int i = 0; i < frame.nb_samples(); i++) {
            final double sample = samples.getFloat(4 * i);
            sum += sample * sample;
        }
        return Math.sqrt(sum / Math.max(1, frame.nb_samples()));
    }

    private static AVRational ticks() {
        return new AVRational().num(1).den(90_000);
    }

    private static void check(final int result, final String action) {
        if (result < 0) {
            throw new AssertionError("the judge could not " + action + ": FFmpeg error " + result);
        }
    }
}
