package dev.rill.frame.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import dev.rill.frame.codec.FFmpeg;
import dev.rill.frame.source.FrameNumber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.ffmpeg.swscale.SwsFilter;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Makes small media files for tests: numbered pictures ({@link FrameNumber}) and a tone, in the codecs and container
 * asked for. The extension of the file chooses the container.
 */
public final class SampleMedia {
    private static final int SAMPLE_RATE = 48_000;
    private static final int PCM_FRAME = 960;

    private String videoCodec = "libopenh264";
    private String audioCodec = "";
    private String pixelFormat = "yuv420p";
    private int width = 320;
    private int height = 240;
    private int frameRate = 25;
    private int frames = 50;
    private int channels = 2;
    private int sampleRate = SAMPLE_RATE;
    private int firstFrame;
    private int reordered;
    private boolean faststart;
    private boolean pulses;

    private AVFormatContext container;

    /** FFmpeg's name of the video encoder; empty for none. */
    public SampleMedia video(final String name) {
        videoCodec = name;
        return this;
    }

    /** FFmpeg's name of the audio encoder; empty, the default, for none. */
    public SampleMedia audio(final String name) {
        audioCodec = name;
        return this;
    }

    /** Sample rate and channels of the audio. */
    public SampleMedia sound(final int newSampleRate, final int newChannels) {
        sampleRate = newSampleRate;
        channels = newChannels;
        return this;
    }

    /** FFmpeg's name of the pixel format. */
    public SampleMedia pixelFormat(final String name) {
        pixelFormat = name;
        return this;
    }

    public SampleMedia size(final int newWidth, final int newHeight) {
        width = newWidth;
        height = newHeight;
        return this;
    }

    public SampleMedia frameRate(final int newFrameRate) {
        frameRate = newFrameRate;
        return this;
    }

    public SampleMedia frames(final int newFrames) {
        frames = newFrames;
        return this;
    }

    /** Largest number of pictures in a row that are coded out of order; needs an encoder that can do it. */
    public SampleMedia reordered(final int pictures) {
        reordered = pictures;
        return this;
    }

    /** Whether this FFmpeg build has an encoder of this name. */
    public static boolean has(final String encoder) {
        FFmpeg.load();
        return avcodec_find_encoder_by_name(encoder) != null;
    }

    /** Number of the first frame, which also shifts all times. */
    public SampleMedia firstFrame(final int newFirstFrame) {
        firstFrame = newFirstFrame;
        return this;
    }

    /** MP4 with its index in front, so that a truncated file can be opened. */
    public SampleMedia faststart() {
        faststart = true;
        return this;
    }

    /** {@link Pulses} in place of the tone. */
    public SampleMedia pulses() {
        pulses = true;
        return this;
    }

    /** Writes the file. */
    public Path write(final Path file) {
        FFmpeg.load();
        container = new AVFormatContext(null);
        FFmpeg.check(avformat_alloc_output_context2(container, (AVOutputFormat) null, null, file.toString()), "muxer");
        final Stream video = videoCodec.isEmpty() ? null : new VideoStream();
        final Stream audio = audioCodec.isEmpty() ? null : new AudioStream();
        final AVIOContext io = new AVIOContext(null);
        FFmpeg.check(avio_open(io, file.toString(), AVIO_FLAG_WRITE), file.toString());
        container.pb(io);
        final AVDictionary options = new AVDictionary(null);
        if (faststart) {
            av_dict_set(options, "movflags", "faststart", 0);
        }
        FFmpeg.check(avformat_write_header(container, options), "header of " + file);
        av_dict_free(options);
        final double seconds = (double) frames / frameRate;
        while (isOpen(video, seconds) || isOpen(audio, seconds)) {
            final boolean videoFirst = !isOpen(audio, seconds)
                || isOpen(video, seconds) && video.seconds() <= audio.seconds();
            (videoFirst ? video : audio).encodeNext();
        }
        finish(video);
        finish(audio);
        FFmpeg.check(av_write_trailer(container), "trailer of " + file);
        avio_closep(io);
        container.pb((AVIOContext) null);
        avformat_free_context(container);
        return file;
    }

    private static boolean isOpen(final Stream stream, final double seconds) {
        return stream != null && stream.seconds() < seconds - 1e-6;
    }

    private static void finish(final Stream stream) {
        if (stream != null) {
            stream.send(null);
            stream.close();
        }
    }

    /** Copies the first part of a file. */
    public static Path truncate(final Path file, final Path target, final double fraction) {
        try {
            final byte[] bytes = Files.readAllBytes(file);
            return Files.write(target, Arrays.copyOf(bytes, (int) (bytes.length * fraction)));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private abstract class Stream {
        final AVCodecContext codec;
        final AVFrame frame = av_frame_alloc();
        private final AVPacket packet = av_packet_alloc();
        private final AVStream stream;

        Stream(final String name) {
            final AVCodec implementation = FFmpeg.check(avcodec_find_encoder_by_name(name), "encoder " + name);
            codec = avcodec_alloc_context3(implementation);
            configure(name);
            if ((container.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
                codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
            }
            FFmpeg.check(avcodec_open2(codec, implementation, (AVDictionary) null), "encoder " + name);
            stream = avformat_new_stream(container, null);
            stream.time_base(codec.time_base());
            avcodec_parameters_from_context(stream.codecpar(), codec);
        }

        abstract void configure(String name);

        abstract double seconds();

        abstract void encodeNext();

        void send(final AVFrame next) {
            FFmpeg.check(avcodec_send_frame(codec, next), "encoding");
            while (avcodec_receive_packet(codec, packet) >= 0) {
                if (packet.duration() == 0 && codec.frame_size() == 0) {
                    packet.duration(1);
                }
                av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
                packet.stream_index(stream.index());
                FFmpeg.check(av_interleaved_write_frame(container, packet), "writing");
            }
        }

        void close() {
            av_frame_free(frame);
            av_packet_free(packet);
            avcodec_free_context(codec);
        }
    }

    private final class VideoStream extends Stream {
        private final AVFrame painted = av_frame_alloc();
        private final SwsContext scaler;
        private int next;

        VideoStream() {
            super(videoCodec);
            painted.format(AV_PIX_FMT_YUV420P).width(width).height(height);
            av_frame_get_buffer(painted, 0);
            scaler = sws_getContext(width, height, AV_PIX_FMT_YUV420P, width, height, codec.pix_fmt(), SWS_BICUBIC,
                (SwsFilter) null, null, (DoublePointer) null);
        }

        @Override
        void configure(final String name) {
            codec.width(width).height(height);
            codec.pix_fmt(av_get_pix_fmt(pixelFormat));
            codec.time_base().num(1).den(frameRate);
            codec.framerate().num(frameRate).den(1);
            codec.gop_size(frameRate);
            codec.max_b_frames(reordered);
            codec.bit_rate(1_000_000);
            codec.thread_count(1);
            if (codec.codec_id() == AV_CODEC_ID_MJPEG) {
                codec.color_range(AVCOL_RANGE_JPEG);
            }
            if (name.startsWith("libvpx")) {
                option("deadline", "realtime");
                option("cpu-used", "8");
                option("lag-in-frames", "0");
            } else if ("libaom-av1".equals(name)) {
                option("usage", "realtime");
                option("cpu-used", "8");
                option("lag-in-frames", "0");
            } else if ("libopenh264".equals(name)) {
                option("allow_skip_frames", "0");
            }
        }

        private void option(final String key, final String value) {
            FFmpeg.check(av_opt_set(codec.priv_data(), key, value, 0), key);
        }

        @Override
        double seconds() {
            return (double) next / frameRate;
        }

        @Override
        void encodeNext() {
            paint(firstFrame + next);
            frame.format(codec.pix_fmt()).width(width).height(height).pts(firstFrame + next);
            frame.color_range(codec.color_range());
            FFmpeg.check(av_frame_get_buffer(frame, 0), "frame");
            sws_scale(scaler, painted.data(), painted.linesize(), 0, height, frame.data(), frame.linesize());
            send(frame);
            av_frame_unref(frame);
            next++;
        }

        private void paint(final int number) {
            for (int plane = 0; plane < 3; plane++) {
                final int rows = plane == 0 ? height : (height + 1) / 2;
                final int stride = painted.linesize(plane);
                final ByteBuffer samples = plane(plane, rows);
                for (int y = 0; y < rows; y++) {
                    for (int x = 0; x < stride; x++) {
                        final int shade = plane == 0 ? 60 + (x + y + 2 * number) % 128 : 110 + x % 32;
                        samples.put(y * stride + x, (byte) shade);
                    }
                }
            }
            FrameNumber.draw(plane(0, height), painted.linesize(0), width & ~1, height & ~1, number);
        }

        private ByteBuffer plane(final int plane, final int rows) {
            return painted.data(plane).limit((long) painted.linesize(plane) * rows).asByteBuffer();
        }

        @Override
        void close() {
            sws_freeContext(scaler);
            av_frame_free(painted);
            super.close();
        }
    }

    private final class AudioStream extends Stream {
        private long samples;

        AudioStream() {
            super(audioCodec);
        }

        @Override
        void configure(final String name) {
            codec.sample_fmt(switch (name) {
                case "aac", "ac3" -> AV_SAMPLE_FMT_FLTP;
                case "libmp3lame" -> AV_SAMPLE_FMT_FLTP;
                case "libopus" -> AV_SAMPLE_FMT_FLT;
                default -> AV_SAMPLE_FMT_S16;
            });
            codec.sample_rate(sampleRate);
            codec.time_base().num(1).den(sampleRate);
            codec.bit_rate(96_000);
            av_channel_layout_default(codec.ch_layout(), channels);
        }

        @Override
        double seconds() {
            return (double) samples / sampleRate;
        }

        @Override
        void encodeNext() {
            final int count = codec.frame_size() > 0 ? codec.frame_size() : PCM_FRAME;
            frame.format(codec.sample_fmt()).nb_samples(count).sample_rate(sampleRate);
            av_channel_layout_copy(frame.ch_layout(), codec.ch_layout());
            FFmpeg.check(av_frame_get_buffer(frame, 0), "frame");
            fill(count);
            frame.pts((long) firstFrame * sampleRate / frameRate + samples);
            send(frame);
            av_frame_unref(frame);
            samples += count;
        }

        private void fill(final int count) {
            final boolean planar = codec.sample_fmt() == AV_SAMPLE_FMT_FLTP;
            final int width = codec.sample_fmt() == AV_SAMPLE_FMT_S16 ? 2 : 4;
            for (int channel = 0; channel < channels; channel++) {
                final long length = (long) count * width * (planar ? 1 : channels);
                final ByteBuffer target =
                    frame.data(planar ? channel : 0).limit(length).asByteBuffer().order(ByteOrder.nativeOrder());
                for (int i = 0; i < count; i++) {
                    final double seconds = (double) (samples + i) / sampleRate;
                    final double value = pulses ? Pulses.value(seconds) : 0.25 * Math.sin(2 * Math.PI * 440 * seconds);
                    final int index = (planar ? i : i * channels + channel) * width;
                    if (width == 2) {
                        target.putShort(index, (short) (value * Short.MAX_VALUE));
                    } else {
                        target.putFloat(index, (float) value);
                    }
                }
            }
        }
    }
}
