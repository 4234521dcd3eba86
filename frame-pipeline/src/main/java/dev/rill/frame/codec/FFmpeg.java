package dev.rill.frame.codec;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.global.swscale;

/**
 * The FFmpeg libraries of this process: loads them, silences their log and turns their result codes into text. Any
 * thread. Of no use to hosts except {@link #load()}, which moves the cost of loading (0.2 to 1 s) to a chosen moment.
 * <p>
 * {@code avdevice} is never touched: it needs libraries that servers lack.
 */
public final class FFmpeg {
    /** {@code AVERROR(EAGAIN)}: nothing to hand out before more is put in. */
    public static final int AGAIN = -11;

    private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
    private static final int TEXT_LENGTH = 256;

    private FFmpeg() {
    }

    /**
     * Loads the libraries; later calls return at once.
     * <p>
     * JavaCPP fails allocations once the resident memory of the process exceeds four times the Java heap, which counts
     * frame pools that are none of its business; unless the property {@value #PHYSICAL_LIMIT} says otherwise, this
     * check is switched off.
     *
     * @throws MediaException if they cannot be loaded; names the reason.
     */
    public static void load() {
        final Throwable failure = Library.FAILURE;
        if (failure != null) {
            throw new MediaException("FFmpeg libraries: cannot be loaded: " + failure.getMessage(), failure);
        }
    }

    /** Version of the loaded FFmpeg, as it names itself. */
    public static String version() {
        load();
        return avutil.av_version_info().getString();
    }

    /**
     * Lets a good result pass.
     *
     * @param result what an FFmpeg function returned; negative means failure.
     * @param what   subject of the message: what was done to which thing.
     * @return {@code result}.
     * @throws MediaException if negative: {@code what: text of the error}.
     */
    public static int check(final int result, final String what) {
        if (result < 0) {
            throw new MediaException(what + ": " + text(result));
        }
        return result;
    }

    /**
     * Lets a good pointer pass.
     *
     * @param pointer what an FFmpeg function returned; null means failure.
     * @param what    subject of the message.
     * @param <T>     its type.
     * @return {@code pointer}.
     * @throws MediaException if null.
     */
    public static <T> T check(final T pointer, final String what) {
        if (pointer == null) {
            throw new MediaException(what + ": no native memory, or not in this FFmpeg build");
        }
        return pointer;
    }

    /**
     * Text of a result code.
     *
     * @param result negative result of an FFmpeg function.
     * @return what FFmpeg says about it.
     */
    public static String text(final int result) {
        final byte[] bytes = new byte[TEXT_LENGTH];
        avutil.av_strerror(result, bytes, bytes.length);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Frees what a codec works with; nulls, and what was freed before, are left alone. */
    static void free(final AVFrame frame, final AVPacket packet, final AVCodecContext codec) {
        if (frame != null) {
            avutil.av_frame_free(frame);
        }
        if (packet != null) {
            avcodec.av_packet_free(packet);
        }
        if (codec != null) {
            avcodec.avcodec_free_context(codec);
        }
    }

    /** Loads once per class loader, when first asked. */
    private static final class Library {
        static final Throwable FAILURE = tryLoad();

        private static Throwable tryLoad() {
            if (System.getProperty(PHYSICAL_LIMIT) == null) {
                System.setProperty(PHYSICAL_LIMIT, "0");
            }
            try {
                avutil.av_log_set_level(avutil.AV_LOG_QUIET);
                avcodec.avcodec_version();
                avformat.avformat_version();
                swscale.swscale_version();
                swresample.swresample_version();
                return null;
            } catch (final LinkageError ex) {
                return ex;
            }
        }
    }
}
