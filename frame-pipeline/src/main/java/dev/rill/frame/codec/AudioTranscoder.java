package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AV_CHANNEL_ORDER_UNSPEC;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_audio_fifo_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_audio_fifo_free;
import static org.bytedeco.ffmpeg.global.avutil.av_audio_fifo_read;
import static org.bytedeco.ffmpeg.global.avutil.av_audio_fifo_size;
import static org.bytedeco.ffmpeg.global.avutil.av_audio_fifo_write;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert_frame;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVAudioFifo;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;

/**
 * Turns the audio of a file into AAC of 48 kHz stereo: decodes, resamples, encodes. Single-threaded. Public for the
 * intake of files beside this package, not for hosts.
 * <p>
 * Time runs with the samples; where the source jumps by more than {@value #MAX_DRIFT_TICKS} ticks, time follows it.
 */
public final class AudioTranscoder implements AutoCloseable {
    private static final int MAX_DRIFT_TICKS = 1_800;
    private static final int TICKS_PER_SECOND = 90_000;

    private final String name;
    private final AacEncoder encoder;
    private AVCodecContext decoder;
    private AVFrame sound;
    private AVFrame resampled;
    private SwrContext resampler;
    private AVAudioFifo waiting;
    private boolean started;
    private long basePts;
    private long samplesIn;
    private long samplesOut;
    private long nextPts = Long.MIN_VALUE;
    private long damagedPackets;

    private AudioTranscoder(final String name, final AacEncoder encoder) {
        this.name = name;
        this.encoder = encoder;
    }

    /**
     * Opens decoder and encoder.
     *
     * @param parameters what the demuxer knows of the stream.
     * @param pool       where packets come from.
     * @return the transcoder; close it.
     * @throws MediaException if there is no decoder for this codec.
     */
    public static AudioTranscoder open(final AVCodecParameters parameters, final PacketPool pool) {
        FFmpeg.load();
        final String codecName = avcodec_get_name(parameters.codec_id()).getString();
        final AVCodec implementation =
            FFmpeg.check(avcodec_find_decoder(parameters.codec_id()), "decoder for " + codecName);
        final AudioTranscoder transcoder = new AudioTranscoder(codecName, AacEncoder.open(pool));
        try {
            transcoder.start(implementation, parameters);
            return transcoder;
        } catch (final MediaException ex) {
            transcoder.close();
            throw ex;
        }
    }

    private void start(final AVCodec implementation, final AVCodecParameters parameters) {
        final String what = "decoder for " + name;
        decoder = FFmpeg.check(avcodec_alloc_context3(implementation), what);
        FFmpeg.check(avcodec_parameters_to_context(decoder, parameters), what);
        decoder.thread_count(1);
        decoder.pkt_timebase().num(1).den(TICKS_PER_SECOND);
        FFmpeg.check(avcodec_open2(decoder, implementation, (AVDictionary) null), what);
        sound = FFmpeg.check(av_frame_alloc(), what);
        resampled = FFmpeg.check(av_frame_alloc(), what);
        waiting = FFmpeg.check(av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, AacEncoder.CHANNELS, Adts.FRAME_SAMPLES), what);
    }

    /**
     * Takes one unit as a demuxer delivered it, its times rescaled to 90 kHz.
     *
     * @param packet    borrowed; null at the end of the stream.
     * @param arrivalNs handed on in the packets.
     * @param out       gets the packets that are ready and owns them.
     */
    public void transcode(final AVPacket packet, final long arrivalNs, final PacketHandler out) {
        if (avcodec_send_packet(decoder, packet) < 0) {
            damagedPackets++;
        }
        int received = avcodec_receive_frame(decoder, sound);
        while (received >= 0) {
            takeSound();
            av_frame_unref(sound);
            received = avcodec_receive_frame(decoder, sound);
        }
        encodeFull(arrivalNs, out);
        if (packet == null) {
            encodeRest(arrivalNs, out);
        }
    }

    private void takeSound() {
        final long pts = sound.best_effort_timestamp();
        if (pts != AV_NOPTS_VALUE) {
            final long expected = basePts + ticks(samplesIn);
            if (!started || Math.abs(pts - expected) > MAX_DRIFT_TICKS) {
                basePts = pts - ticks(samplesIn);
                started = true;
            }
        }
        if (sound.ch_layout().order() == AV_CHANNEL_ORDER_UNSPEC) {
            av_channel_layout_default(sound.ch_layout(), sound.ch_layout().nb_channels());
        }
        if (!resample(sound)) {
            resample(null);
            swr_free(resampler);
            resampler = null;
            if (!resample(sound)) {
                damagedPackets++;
            }
        }
    }

    /** Returns false if the format of the input is not the one the resampler was made for. */
    private boolean resample(final AVFrame input) {
        if (resampler == null) {
            resampler = FFmpeg.check(swr_alloc(), "resampler for " + name);
        }
        resampled.format(AV_SAMPLE_FMT_FLTP).sample_rate(AacEncoder.SAMPLE_RATE);
        av_channel_layout_default(resampled.ch_layout(), AacEncoder.CHANNELS);
        final int converted = swr_convert_frame(resampler, resampled, input);
        if (converted >= 0 && resampled.nb_samples() > 0) {
            FFmpeg.check(av_audio_fifo_write(waiting, resampled.data(), resampled.nb_samples()), "audio buffer");
            samplesIn += resampled.nb_samples();
        }
        av_frame_unref(resampled);
        return converted >= 0;
    }

    private void encodeFull(final long arrivalNs, final PacketHandler out) {
        while (av_audio_fifo_size(waiting) >= Adts.FRAME_SAMPLES) {
            encodeOne(arrivalNs, out);
        }
    }

    private void encodeOne(final long arrivalNs, final PacketHandler out) {
        av_audio_fifo_read(waiting, encoder.writable().data(), Adts.FRAME_SAMPLES);
        nextPts = Math.max(nextPts, basePts + ticks(samplesOut));
        encoder.encode(nextPts++, arrivalNs, out);
        samplesOut += Adts.FRAME_SAMPLES;
    }

    private void encodeRest(final long arrivalNs, final PacketHandler out) {
        if (resampler != null) {
            resample(null);
            encodeFull(arrivalNs, out);
        }
        if (av_audio_fifo_size(waiting) > 0) {
            for (int channel = 0; channel < AacEncoder.CHANNELS; channel++) {
                encoder.samples(channel).put(new float[Adts.FRAME_SAMPLES]);
            }
            encodeOne(arrivalNs, out);
        }
        encoder.flush(arrivalNs, out);
    }

    private static long ticks(final long samples) {
        return samples * TICKS_PER_SECOND / AacEncoder.SAMPLE_RATE;
    }

    /** Packets that could not be decoded, in full or in part. */
    public long damagedPackets() {
        return damagedPackets;
    }

    @Override
    public void close() {
        encoder.close();
        if (sound != null) {
            av_frame_free(sound);
            sound = null;
        }
        if (resampled != null) {
            av_frame_free(resampled);
            resampled = null;
        }
        if (resampler != null) {
            swr_free(resampler);
            resampler = null;
        }
        if (waiting != null) {
            av_audio_fifo_free(waiting);
            waiting = null;
        }
        if (decoder != null) {
            avcodec_free_context(decoder);
            decoder = null;
        }
    }
}
