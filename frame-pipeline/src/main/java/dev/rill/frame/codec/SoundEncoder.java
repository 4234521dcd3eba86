package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.Sound;
import dev.rill.frame.ts.TsStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Encodes sound of 48 kHz, mono or stereo, into units in the framing of transport streams. Single-threaded.
 * <p>
 * Codecs are late and put some priming in front: the first packet carries the time of the first sample minus that, so
 * that the sound behind it plays at the right time. There is no time in front of 0, where transport streams would wrap:
 * a packet of priming alone is left out there, one that begins there is told to begin at 0.
 */
public final class SoundEncoder implements AutoCloseable {
    /** Samples per second. */
    public static final int SAMPLE_RATE = Sound.SAMPLE_RATE;

    /** How far the first packet of AAC is early, in 90 kHz ticks: one frame. */
    public static final int AAC_PRIMING_TICKS = 1920;

    private static final int TICKS_PER_SECOND = 90_000;
    private static final int BIT_RATE_PER_CHANNEL = 64_000;
    private static final int OPUS_FRAME_SAMPLES = 960;

    private final AudioCodec kind;
    private final int channels;
    private final String name;
    private final PacketPool pool;
    private final Adts adts;
    private final ByteBuffer adtsHeader = ByteBuffer.allocateDirect(Adts.HEADER_LENGTH);
    private final OpusFraming opus = new OpusFraming();
    private AVCodecContext codec;
    private AVFrame sound;
    private AVFrame interleaved;
    private AVPacket unit;

    private SoundEncoder(final AudioCodec kind, final int channels, final PacketPool pool) {
        this.kind = kind;
        this.channels = channels;
        this.pool = pool;
        adts = Adts.of(SAMPLE_RATE, channels);
        name = kind == AudioCodec.AAC ? "aac" : "libopus";
    }

    /**
     * Opens an encoder.
     *
     * @param kind     what it makes.
     * @param channels 1 or 2.
     * @param pool     where packets come from.
     * @return the encoder; close it.
     * @throws MediaException if it cannot be opened.
     */
    public static SoundEncoder open(final AudioCodec kind, final int channels, final PacketPool pool) {
        FFmpeg.load();
        final SoundEncoder encoder = new SoundEncoder(kind, channels, pool);
        try {
            encoder.start();
            return encoder;
        } catch (final MediaException ex) {
            encoder.close();
            throw ex;
        }
    }

    private void start() {
        final AVCodec implementation = FFmpeg.check(avcodec_find_encoder_by_name(name), "encoder " + name);
        codec = FFmpeg.check(avcodec_alloc_context3(implementation), name);
        codec.sample_fmt(kind == AudioCodec.AAC ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT);
        codec.sample_rate(SAMPLE_RATE);
        codec.bit_rate((long) BIT_RATE_PER_CHANNEL * channels);
        codec.thread_count(1);
        codec.time_base().num(1).den(TICKS_PER_SECOND);
        av_channel_layout_default(codec.ch_layout(), channels);
        if (kind == AudioCodec.OPUS) {
            FFmpeg.check(av_opt_set(codec.priv_data(), "application", "lowdelay", 0), name);
        }
        FFmpeg.check(avcodec_open2(codec, implementation, (AVDictionary) null), name);
        unit = FFmpeg.check(av_packet_alloc(), name);
        sound = frame(AV_SAMPLE_FMT_FLTP);
        interleaved = kind == AudioCodec.OPUS ? frame(AV_SAMPLE_FMT_FLT) : null;
    }

    private AVFrame frame(final int format) {
        final AVFrame frame = FFmpeg.check(av_frame_alloc(), name);
        frame.format(format).sample_rate(SAMPLE_RATE).nb_samples(frameSamples());
        FFmpeg.check(av_channel_layout_copy(frame.ch_layout(), codec.ch_layout()), name);
        FFmpeg.check(av_frame_get_buffer(frame, 0), name);
        return frame;
    }

    /** Samples of one frame. */
    public int frameSamples() {
        return kind == AudioCodec.AAC ? Adts.FRAME_SAMPLES : OPUS_FRAME_SAMPLES;
    }

    /** Number of channels. */
    public int channels() {
        return channels;
    }

    /**
     * The stream that the packets make.
     *
     * @param kind     what is made.
     * @param channels 1 or 2.
     * @param pid      of the stream.
     * @return as a program map lists it.
     */
    public static TsStream stream(final AudioCodec kind, final int channels, final int pid) {
        return kind == AudioCodec.AAC ? TsStream.aac(pid) : TsStream.opus(pid, channels);
    }

    /**
     * Where the next frame's samples go.
     *
     * @param channel 0 left, 1 right.
     * @return room for {@link #frameSamples} samples of -1 to 1, valid until {@link #encode}.
     */
    public FloatBuffer samples(final int channel) {
        return samples(writable(), channel, frameSamples());
    }

    private static FloatBuffer samples(final AVFrame frame, final int plane, final int count) {
        final long length = (long) count * Float.BYTES;
        return frame.data(plane).limit(length).asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    AVFrame writable() {
        FFmpeg.check(av_frame_make_writable(sound), name);
        return sound;
    }

    /**
     * Encodes the samples that were put in place.
     *
     * @param pts       presentation time of the first of them, 90 kHz.
     * @param arrivalNs handed on in the packet.
     * @param out       gets the packets that are ready and owns them.
     */
    public void encode(final long pts, final long arrivalNs, final PacketHandler out) {
        final AVFrame frame = interleaved == null ? sound : interleave();
        frame.pts(pts);
        FFmpeg.check(avcodec_send_frame(codec, frame), "encoder " + name);
        drain(arrivalNs, out);
    }

    private AVFrame interleave() {
        FFmpeg.check(av_frame_make_writable(interleaved), name);
        final FloatBuffer target = samples(interleaved, 0, frameSamples() * channels);
        for (int channel = 0; channel < channels; channel++) {
            final FloatBuffer source = samples(sound, channel, frameSamples());
            for (int i = 0; i < frameSamples(); i++) {
                target.put(i * channels + channel, source.get(i));
            }
        }
        return interleaved;
    }

    /**
     * Hands out what the codec still holds; nothing can be encoded afterwards.
     *
     * @param arrivalNs handed on in the packets.
     * @param out       gets the packets and owns them.
     */
    public void flush(final long arrivalNs, final PacketHandler out) {
        avcodec_send_frame(codec, null);
        drain(arrivalNs, out);
    }

    private void drain(final long arrivalNs, final PacketHandler out) {
        while (true) {
            final int received = avcodec_receive_packet(codec, unit);
            if (received == FFmpeg.AGAIN || received == AVERROR_EOF) {
                return;
            }
            FFmpeg.check(received, "encoder " + name);
            final long end = unit.pts() + (long) frameSamples() * TICKS_PER_SECOND / SAMPLE_RATE;
            if (end > 0) {
                out.onPacket(wrap(Math.max(0, unit.pts()), arrivalNs));
            }
            av_packet_unref(unit);
        }
    }

    private Packet wrap(final long pts, final long arrivalNs) {
        final Packet packet = pool.acquire();
        packet.append(header(unit.size()));
        packet.append(unit.data().limit(unit.size()).asByteBuffer());
        return packet.describe(Packet.Kind.AUDIO, pts, pts, true, arrivalNs);
    }

    private ByteBuffer header(final int length) {
        if (kind == AudioCodec.OPUS) {
            return opus.header(length);
        }
        adts.writeHeader(length, adtsHeader.clear());
        return adtsHeader.flip();
    }

    @Override
    public void close() {
        FFmpeg.free(sound, unit, codec);
        if (interleaved != null) {
            av_frame_free(interleaved);
            interleaved = null;
        }
        sound = null;
        unit = null;
        codec = null;
    }
}
