package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_get_media_type_string;

import dev.rill.frame.codec.FFmpeg;
import dev.rill.frame.codec.MediaException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A file or URL opened with libavformat. A peer that is silent for {@value #TIMEOUT_SECONDS} s counts as dead. One
 * thread reads; {@link #cancel()} may come from another one, before {@link #close()}.
 */
final class MediaInput implements AutoCloseable {
    static final int TIMEOUT_SECONDS = 10;

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    private static final String FILE_URL = "file://";
    /** libavformat takes off no more than {@code file:}. */
    private static final int FILE_PROTOCOL_LENGTH = 5;
    private static final int CANCELLED = 0;
    private static final int DEADLINE = 1;
    /** One callback for all inputs, told apart by their state: JavaCPP has room for ten instances of a type. */
    private static final Interrupt INTERRUPT = new Interrupt();

    private final String location;
    private final LongPointer state = new LongPointer(2);
    private AVFormatContext context;

    private MediaInput(final String location) {
        this.location = location;
    }

    static MediaInput open(final String location) {
        FFmpeg.load();
        final String url = location.contains("://") && !location.startsWith(FILE_URL)
            ? location : "file:" + checkedFile(location);
        final MediaInput input = new MediaInput(location);
        try {
            input.connect(url);
            return input;
        } catch (final RuntimeException ex) {
            input.close();
            throw ex;
        }
    }

    private static Path checkedFile(final String location) {
        final Path path;
        try {
            final String name = location.startsWith(FILE_URL) ? location.substring(FILE_PROTOCOL_LENGTH) : location;
            path = Path.of(name).toAbsolutePath();
        } catch (final InvalidPathException ex) {
            throw new MediaException(location + ": expected a file or URL, actual text is neither", ex);
        }
        if (!Files.exists(path)) {
            throw new MediaException(location + ": no such file");
        }
        if (Files.isDirectory(path)) {
            throw new MediaException(location + ": expected a media file, actual directory");
        }
        if (!Files.isRegularFile(path)) {
            throw new MediaException(location + ": expected a regular file, actual pipe or device");
        }
        if (!Files.isReadable(path)) {
            throw new MediaException(location + ": file is not readable for this user");
        }
        if (path.toFile().length() == 0) {
            throw new MediaException(location + ": expected a media file, actual file is empty (0 bytes)");
        }
        return path;
    }

    private void connect(final String url) {
        context = FFmpeg.check(avformat_alloc_context(), location);
        state.put(CANCELLED, 0);
        context.interrupt_callback().callback(INTERRUPT).opaque(state);
        final AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "rw_timeout", Long.toString(TimeUnit.SECONDS.toMicros(TIMEOUT_SECONDS)), 0);
        startTimer();
        final int opened = avformat_open_input(context, url, (AVInputFormat) null, options);
        av_dict_free(options);
        if (opened < 0) {
            context = null;
            throw refusal(opened);
        }
        if ("tty".equals(context.iformat().name().getString())) {
            throw new MediaException(location + ": expected a media file, actual content is plain text");
        }
        startTimer();
        final int found = avformat_find_stream_info(context, (AVDictionary) null);
        if (found < 0) {
            throw refusal(found);
        }
    }

    private MediaException refusal(final int result) {
        if (result == AVERROR_EXIT()) {
            return new MediaException(location + ": " + silence());
        }
        return new MediaException(
            location + ": expected media that can be opened, actual: " + FFmpeg.text(result));
    }

    private String silence() {
        return state.get(CANCELLED) != 0 ? "closed while opening" : "no data for " + TIMEOUT_SECONDS + " s";
    }

    private void startTimer() {
        state.put(DEADLINE, SystemNanoClock.INSTANCE.nanoTime() + TIMEOUT_NS);
    }

    /**
     * Reads the next unit of any stream.
     *
     * @return 0, {@code AVERROR_EOF}, {@code AVERROR_EXIT} when cancelled or silent for too long, or another error.
     */
    int read(final AVPacket target) {
        startTimer();
        return av_read_frame(context, target);
    }

    static boolean isEnd(final int result) {
        return result == AVERROR_EOF;
    }

    /** Text of a failed {@link #read}. */
    String reason(final int result) {
        return result == AVERROR_EXIT() ? silence() : FFmpeg.text(result);
    }

    AVFormatContext context() {
        return context;
    }

    String location() {
        return location;
    }

    /** The first stream of this kind that is no cover picture, or null. */
    AVStream stream(final int mediaType) {
        for (int i = 0; i < context.nb_streams(); i++) {
            final AVStream stream = context.streams(i);
            final boolean isCover = (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0;
            if (stream.codecpar().codec_type() == mediaType && !isCover) {
                return stream;
            }
        }
        return null;
    }

    /** The cover of a piece of music is none. */
    AVStream video() {
        final AVStream found = stream(AVMEDIA_TYPE_VIDEO);
        return found == null || (found.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0 ? null : found;
    }

    AVStream audio() {
        return stream(AVMEDIA_TYPE_AUDIO);
    }

    /** What streams there are, for messages: {@code audio aac, subtitle srt}. */
    String streamNames() {
        final StringJoiner names = new StringJoiner(", ");
        names.setEmptyValue("none");
        for (int i = 0; i < context.nb_streams(); i++) {
            final AVStream stream = context.streams(i);
            final var type = av_get_media_type_string(stream.codecpar().codec_type());
            names.add((type == null ? "unknown" : type.getString()) + " "
                + avcodec_get_name(stream.codecpar().codec_id()).getString());
        }
        return names.toString();
    }

    /** Makes a read that waits give up. */
    void cancel() {
        state.put(CANCELLED, 1);
    }

    @Override
    public void close() {
        if (context != null) {
            avformat_close_input(context);
            context = null;
        }
        state.close();
    }

    private static final class Interrupt extends AVIOInterruptCB.Callback_Pointer {
        @Override
        public int call(final Pointer opaque) {
            final LongPointer state = new LongPointer(opaque);
            final boolean late = SystemNanoClock.INSTANCE.nanoTime() - state.get(DEADLINE) > 0;
            return late || state.get(CANCELLED) != 0 ? 1 : 0;
        }
    }
}
