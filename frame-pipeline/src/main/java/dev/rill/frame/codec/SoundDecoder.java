package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_CHANNEL_ORDER_UNSPEC;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert_frame;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_get_delay;

import dev.rill.frame.audio.Sound;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;

/** Decodes sound of any codec, and brings it to 48 kHz and a number of channels. Single-threaded. */
final class SoundDecoder implements AutoCloseable {
    /** A time that the stream does not tell. */
    static final long UNKNOWN = AV_NOPTS_VALUE;

    private static final int TICKS_PER_SECOND = 90_000;

    private final int channels;
    private String name;
    private AVCodecContext decoder;
    private AVFrame sound;
    private AVFrame resampled;
    private SwrContext resampler;
    private long damagedPackets;

    private SoundDecoder(final int channels) {
        this.channels = channels;
    }

    /** Takes blocks of sound. */
    interface BlockHandler {
        /**
         * @param block planar 32-bit floats of 48 kHz, borrowed; may be written to.
         * @param pts   of its first sample in 90 kHz ticks; {@link #UNKNOWN} behind the block before.
         */
        void onBlock(AVFrame block, long pts);
    }

    static SoundDecoder open(final AVCodecParameters parameters, final int channels) {
        return open(parameters.codec_id(), parameters, channels);
    }

    /** For a stream that describes itself. */
    static SoundDecoder open(final int codecId, final int channels) {
        return open(codecId, null, channels);
    }

    private static SoundDecoder open(final int codecId, final AVCodecParameters parameters, final int channels) {
        FFmpeg.load();
        final SoundDecoder opened = new SoundDecoder(channels);
        try {
            opened.start(codecId, parameters);
            return opened;
        } catch (final MediaException ex) {
            opened.close();
            throw ex;
        }
    }

    private void start(final int codecId, final AVCodecParameters parameters) {
        name = "decoder for " + avcodec_get_name(codecId).getString();
        final AVCodec implementation = FFmpeg.check(avcodec_find_decoder(codecId), name);
        decoder = FFmpeg.check(avcodec_alloc_context3(implementation), name);
        if (parameters == null) {
            decoder.sample_rate(Sound.SAMPLE_RATE);
            av_channel_layout_default(decoder.ch_layout(), channels);
        } else {
            FFmpeg.check(avcodec_parameters_to_context(decoder, parameters), name);
        }
        decoder.thread_count(1);
        decoder.pkt_timebase().num(1).den(TICKS_PER_SECOND);
        FFmpeg.check(avcodec_open2(decoder, implementation, (AVDictionary) null), name);
        sound = FFmpeg.check(av_frame_alloc(), name);
        resampled = FFmpeg.check(av_frame_alloc(), name);
    }

    /**
     * Decodes one unit, its times in 90 kHz ticks.
     *
     * @param packet borrowed; null at the end of the stream, after which nothing can be decoded.
     * @param out    gets what comes of it.
     */
    void decode(final AVPacket packet, final BlockHandler out) {
        if (avcodec_send_packet(decoder, packet) < 0) {
            damagedPackets++;
        }
        int received = avcodec_receive_frame(decoder, sound);
        while (received >= 0) {
            convert(out);
            av_frame_unref(sound);
            received = avcodec_receive_frame(decoder, sound);
        }
        if (packet == null && resampler != null) {
            resample(null, UNKNOWN, out);
        }
    }

    private void convert(final BlockHandler out) {
        if (sound.ch_layout().order() == AV_CHANNEL_ORDER_UNSPEC) {
            av_channel_layout_default(sound.ch_layout(), sound.ch_layout().nb_channels());
        }
        final long pts = sound.best_effort_timestamp();
        if (!resample(sound, pts, out)) {
            resample(null, UNKNOWN, out);
            swr_free(resampler);
            resampler = null;
            if (!resample(sound, pts, out)) {
                damagedPackets++;
            }
        }
    }

    /** Returns false if the format of the input is not the one the resampler was made for. */
    private boolean resample(final AVFrame input, final long pts, final BlockHandler out) {
        long begin = pts;
        if (resampler == null) {
            resampler = FFmpeg.check(swr_alloc(), "resampler for " + name);
        } else if (pts != UNKNOWN) {
            begin = pts - swr_get_delay(resampler, TICKS_PER_SECOND);
        }
        resampled.format(AV_SAMPLE_FMT_FLTP).sample_rate(Sound.SAMPLE_RATE);
        av_channel_layout_default(resampled.ch_layout(), channels);
        final boolean converted = swr_convert_frame(resampler, resampled, input) >= 0;
        try {
            if (converted && resampled.nb_samples() > 0) {
                out.onBlock(resampled, begin);
            }
        } finally {
            av_frame_unref(resampled);
        }
        return converted;
    }

    /** Packets that could not be decoded, in full or in part. */
    long damagedPackets() {
        return damagedPackets;
    }

    @Override
    public void close() {
        if (resampled != null) {
            av_frame_free(resampled);
            resampled = null;
        }
        if (resampler != null) {
            swr_free(resampler);
            resampler = null;
        }
        FFmpeg.free(sound, null, decoder);
        sound = null;
        decoder = null;
    }
}
