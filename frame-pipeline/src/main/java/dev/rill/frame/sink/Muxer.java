package dev.rill.frame.sink;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import dev.rill.frame.Packet;
import dev.rill.frame.codec.AudioUnits;
import dev.rill.frame.codec.FFmpeg;
import dev.rill.frame.codec.MediaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;

/**
 * Writes one H.264 stream, one of audio, or both into a file with libavformat. The first decoding time becomes 0;
 * decoding times that do not advance are moved up by one unit of the time base of their stream in the file, and a jump
 * back is closed by {@link ResultTimeline}. Single-threaded.
 */
final class Muxer implements AutoCloseable {
    private static final int TICKS_PER_SECOND = 90_000;
    private static final int DEFAULT_FRAME_TICKS = 3000;
    private static final int MAX_FRAME_TICKS = 90_000;
    private static final int MAKE_ZERO = 2;

    private final Path path;
    private final ResultTimeline timeline = new ResultTimeline();
    /** By index of the stream, in its time base. */
    private final long[] lastDts = {Long.MIN_VALUE, Long.MIN_VALUE};
    private final AVRational ticks = new AVRational().num(1).den(TICKS_PER_SECOND);
    private AVFormatContext context;
    private AVPacket unit;
    private AVStream videoStream;
    private AVStream audioStream;
    private AudioUnits audio;
    private boolean begun;
    private long frameTicks = DEFAULT_FRAME_TICKS;
    private long lastVideoTicks = Long.MIN_VALUE;

    private Muxer(final Path path) {
        this.path = path;
    }

    static Muxer create(final Path path, final String container) {
        FFmpeg.load();
        final Muxer muxer = new Muxer(path);
        try {
            muxer.start(container);
            return muxer;
        } catch (final MediaException ex) {
            muxer.close();
            throw ex;
        }
    }

    private void start(final String container) {
        final String url = "file:" + path.toAbsolutePath();
        context = new AVFormatContext(null);
        FFmpeg.check(avformat_alloc_output_context2(context, (AVOutputFormat) null, container, url), location());
        unit = FFmpeg.check(av_packet_alloc(), location());
        final AVIOContext file = new AVIOContext(null);
        final int opened = avio_open(file, url, AVIO_FLAG_WRITE);
        if (opened < 0) {
            throw FileSink.cannotCreate(path, new IOException(FFmpeg.text(opened)));
        }
        context.pb(file);
        context.avoid_negative_ts(MAKE_ZERO);
    }

    /** Describes the streams to the file; one of them may be null. */
    void begin(final H264Facts video, final AudioUnits newAudio) {
        audio = newAudio;
        if (video != null) {
            videoStream = addStream(AVMEDIA_TYPE_VIDEO, AV_CODEC_ID_H264, video.parameterSets());
            videoStream.codecpar().width(video.width()).height(video.height());
        }
        if (audio != null) {
            audioStream = addStream(AVMEDIA_TYPE_AUDIO, audio.codecId(), audio.configuration());
            audioStream.codecpar().sample_rate(audio.sampleRate());
            audioStream.time_base(new AVRational().num(1).den(audio.sampleRate()));
            av_channel_layout_default(audioStream.codecpar().ch_layout(), audio.channels());
        }
        final int written = avformat_write_header(context, (AVDictionary) null);
        if (written < 0) {
            final String sound = audio == null ? "" : avcodec_get_name(audio.codecId()).getString();
            final String streams = video == null ? sound : audio == null ? "h264" : "h264 and " + sound;
            throw new MediaException(location() + ": container " + context.oformat().name().getString()
                + " cannot hold " + streams + ": " + FFmpeg.text(written));
        }
        begun = true;
    }

    private AVStream addStream(final int type, final int codecId, final byte[] configuration) {
        final AVStream stream = FFmpeg.check(avformat_new_stream(context, (AVCodec) null), location());
        stream.time_base(ticks);
        stream.codecpar().codec_type(type).codec_id(codecId);
        if (configuration.length > 0) {
            final BytePointer extra =
                new BytePointer(av_mallocz(configuration.length + (long) AV_INPUT_BUFFER_PADDING_SIZE));
            extra.put(configuration, 0, configuration.length);
            stream.codecpar().extradata(extra).extradata_size(configuration.length);
        }
        return stream;
    }

    /**
     * Writes one packet.
     *
     * @param packet borrowed.
     * @return false if it, or a part of it, could not be kept.
     * @throws IllegalStateException if the file has no header, which libavformat does not survive.
     */
    boolean write(final Packet packet) {
        if (!begun) {
            throw new IllegalStateException(location() + ": expected a file with a header, actual none was written");
        }
        if (packet.kind() == Packet.Kind.AUDIO) {
            return audio != null && audio.split(packet.data(), (sound, offset, duration) ->
                writeAudio(sound, packet.pts() + offset, duration));
        }
        if (videoStream != null) {
            writeVideo(packet);
        }
        return videoStream != null;
    }

    private void writeAudio(final ByteBuffer sound, final long pts, final long duration) {
        final long time = pts + timeline.audio().shift(pts, duration);
        unit.pts(time).dts(time).duration(duration).flags(AV_PKT_FLAG_KEY);
        emit(sound, audioStream);
    }

    private void writeVideo(final Packet packet) {
        if (lastVideoTicks != Long.MIN_VALUE) {
            final long distance = packet.dts() - lastVideoTicks;
            frameTicks = distance > 0 && distance < MAX_FRAME_TICKS ? distance : frameTicks;
        }
        lastVideoTicks = packet.dts();
        final long shift = timeline.video().shift(packet.dts(), frameTicks);
        unit.pts(packet.pts() + shift).dts(packet.dts() + shift).duration(frameTicks);
        unit.flags(packet.isKeyframe() ? AV_PKT_FLAG_KEY : 0);
        emit(packet.data(), videoStream);
    }

    private void emit(final ByteBuffer data, final AVStream stream) {
        try (BytePointer start = new BytePointer(data)) {
            unit.data(start).size(data.remaining());
            unit.stream_index(stream.index());
            av_packet_rescale_ts(unit, ticks, stream.time_base());
            advance(stream.index());
            final int written = av_interleaved_write_frame(context, unit);
            av_packet_unref(unit);
            FFmpeg.check(written, location() + ": cannot be written");
        }
    }

    private void advance(final int index) {
        final long dts = Math.max(unit.dts(), lastDts[index] + 1);
        lastDts[index] = dts;
        unit.dts(dts).pts(Math.max(unit.pts(), dts));
    }

    /** Completes the file; one in which nothing was begun is removed. */
    void finish() {
        if (begun) {
            begun = false;
            FFmpeg.check(av_write_trailer(context), location() + ": cannot be completed");
        } else if (context != null) {
            close();
            try {
                Files.deleteIfExists(path);
            } catch (final IOException ex) {
                throw new MediaException(location() + ": is empty and cannot be removed: " + ex, ex);
            }
        }
    }

    String location() {
        return "result " + path;
    }

    @Override
    public void close() {
        if (unit != null) {
            av_packet_free(unit);
            unit = null;
        }
        if (context != null && !context.isNull()) {
            if (context.pb() != null) {
                avio_closep(context.pb());
                context.pb((AVIOContext) null);
            }
            avformat_free_context(context);
        }
        context = null;
    }
}
