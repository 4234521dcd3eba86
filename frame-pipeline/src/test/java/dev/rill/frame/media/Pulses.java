package dev.rill.frame.media;

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
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import dev.rill.frame.codec.FFmpeg;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Sound whose place in time can be measured: silence with a short burst in the middle of every half second. Listens
 * with FFmpeg alone, and trusts the times it reads there.
 */
public final class Pulses {
    private static final double PERIOD = 0.5;
    private static final double LENGTH = 0.02;
    private static final double AMPLITUDE = 0.8;
    private static final double FREQUENCY = 1000;
    private static final double AUDIBLE = 0.03;
    private static final double PAUSE = 0.1;

    private final List<Pulse> pulses = new ArrayList<>();
    private double energy;
    private double moment;
    private double peak;
    private double last;
    private int channels;

    private Pulses() {
    }

    /**
     * One burst as it was heard.
     *
     * @param seconds where its energy is centred, on the time line of the file.
     * @param peak    largest sample.
     */
    public record Pulse(double seconds, double peak) {
    }

    /** What the channel count of a file's sound is, by its decoder. */
    public record Heard(List<Pulse> pulses, int channels) {
        public List<Double> seconds() {
            return pulses.stream().map(Pulse::seconds).toList();
        }
    }

    static double value(final double seconds) {
        final double within = seconds % PERIOD - (PERIOD - LENGTH) / 2;
        if (within < 0 || within > LENGTH) {
            return 0;
        }
        final double window = Math.sin(Math.PI * within / LENGTH);
        return AMPLITUDE * window * window * Math.sin(2 * Math.PI * FREQUENCY * within);
    }

    /** Finds the bursts in the first channel of a file. */
    public static Heard listen(final Path file) {
        FFmpeg.load();
        final Pulses ear = new Pulses();
        final AVFormatContext container = new AVFormatContext(null);
        FFmpeg.check(avformat_open_input(container, file.toString(), (AVInputFormat) null, null), file.toString());
        try {
            FFmpeg.check(avformat_find_stream_info(container, (AVDictionary) null), file.toString());
            final AVCodec implementation = new AVCodec(null);
            final int index = FFmpeg.check(
                av_find_best_stream(container, AVMEDIA_TYPE_AUDIO, -1, -1, implementation, 0), "sound of " + file);
            ear.decode(container, container.streams(index));
        } finally {
            avformat_close_input(container);
        }
        ear.finish();
        return new Heard(ear.pulses, ear.channels);
    }

    /** Time of the first picture of a file. */
    public static double firstPictureSeconds(final Path file) {
        FFmpeg.load();
        final AVFormatContext container = new AVFormatContext(null);
        FFmpeg.check(avformat_open_input(container, file.toString(), (AVInputFormat) null, null), file.toString());
        try {
            FFmpeg.check(avformat_find_stream_info(container, (AVDictionary) null), file.toString());
            final int index = FFmpeg.check(
                av_find_best_stream(container, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0), "video of " + file);
            final AVStream stream = container.streams(index);
            return (double) stream.start_time() * stream.time_base().num() / stream.time_base().den();
        } finally {
            avformat_close_input(container);
        }
    }

    private void decode(final AVFormatContext container, final AVStream stream) {
        final AVCodec implementation = avcodec_find_decoder(stream.codecpar().codec_id());
        final AVCodecContext decoder = avcodec_alloc_context3(implementation);
        final AVPacket packet = av_packet_alloc();
        final AVFrame frame = av_frame_alloc();
        avcodec_parameters_to_context(decoder, stream.codecpar());
        decoder.pkt_timebase(stream.time_base());
        FFmpeg.check(avcodec_open2(decoder, implementation, (AVDictionary) null), "decoder");
        final double tick = (double) stream.time_base().num() / stream.time_base().den();
        while (av_read_frame(container, packet) >= 0) {
            if (packet.stream_index() == stream.index()) {
                avcodec_send_packet(decoder, packet);
                while (avcodec_receive_frame(decoder, frame) >= 0) {
                    hear(frame, frame.best_effort_timestamp() * tick);
                }
            }
            av_packet_unref(packet);
        }
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(decoder);
    }

    private void hear(final AVFrame frame, final double begin) {
        channels = frame.ch_layout().nb_channels();
        final int step = frame.format() == AV_SAMPLE_FMT_FLTP ? 1 : channels;
        final boolean isFloat = frame.format() != AV_SAMPLE_FMT_S16;
        if (isFloat && frame.format() != AV_SAMPLE_FMT_FLTP && frame.format() != AV_SAMPLE_FMT_FLT) {
            throw new IllegalStateException("sample format " + frame.format() + " is not supported here");
        }
        final ByteBuffer samples = frame.data(0).limit((long) frame.nb_samples() * step * (isFloat ? 4 : 2))
            .asByteBuffer().order(ByteOrder.nativeOrder());
        for (int i = 0; i < frame.nb_samples(); i++) {
            final double sample = isFloat ? samples.getFloat(4 * i * step)
                : samples.getShort(2 * i * step) / (double) Short.MAX_VALUE;
            hear(sample, begin + (double) i / frame.sample_rate());
        }
    }

    private void hear(final double sample, final double seconds) {
        if (Math.abs(sample) < AUDIBLE) {
            return;
        }
        if (energy > 0 && Math.abs(seconds - last) > PAUSE) {
            finish();
        }
        energy += sample * sample;
        moment += sample * sample * seconds;
        peak = Math.max(peak, Math.abs(sample));
        last = seconds;
    }

    private void finish() {
        if (energy > 0) {
            pulses.add(new Pulse(moment / energy, peak));
        }
        energy = 0;
        moment = 0;
        peak = 0;
    }
}
