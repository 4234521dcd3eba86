package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Encodes stereo sound of 48 kHz into AAC frames of {@value Adts#FRAME_SAMPLES} samples in ADTS framing.
 * Single-threaded.
 * <p>
 * The codec is one frame late and puts one frame of priming in front: its first packet carries the time of the first
 * sample minus {@value #PRIMING_TICKS} ticks, so that the sound behind it plays at the right time.
 */
public final class AacEncoder implements AutoCloseable {
    /** Samples per second. */
    public static final int SAMPLE_RATE = 48_000;

    /** Number of channels. */
    public static final int CHANNELS = 2;

    /** Duration of one frame in 90 kHz ticks, which is also how far the first packet is early. */
    public static final int PRIMING_TICKS = 1920;

    private static final int TICKS_PER_SECOND = 90_000;
    private static final int BIT_RATE = 128_000;
    private static final String NAME = "aac";

    private final PacketPool pool;
    private final Adts framing = Adts.of(SAMPLE_RATE, CHANNELS);
    private final ByteBuffer header = ByteBuffer.allocateDirect(Adts.HEADER_LENGTH);
    private AVCodecContext codec;
    private AVFrame sound;
    private AVPacket unit;

    private AacEncoder(final PacketPool pool) {
        this.pool = pool;
    }

    /**
     * Opens the encoder.
     *
     * @param pool where packets come from.
     * @return the encoder; close it.
     * @throws MediaException if it cannot be opened.
     */
    public static AacEncoder open(final PacketPool pool) {
        FFmpeg.load();
        final AacEncoder encoder = new AacEncoder(pool);
        try {
            encoder.start();
            return encoder;
        } catch (final MediaException ex) {
            encoder.close();
            throw ex;
        }
    }

    private void start() {
        final String what = "AAC encoder";
        final AVCodec implementation = FFmpeg.check(avcodec_find_encoder_by_name(NAME), what);
        codec = FFmpeg.check(avcodec_alloc_context3(implementation), what);
        codec.sample_fmt(AV_SAMPLE_FMT_FLTP);
        codec.sample_rate(SAMPLE_RATE);
        codec.bit_rate(BIT_RATE);
        codec.thread_count(1);
        codec.time_base().num(1).den(TICKS_PER_SECOND);
        av_channel_layout_default(codec.ch_layout(), CHANNELS);
        FFmpeg.check(avcodec_open2(codec, implementation, (AVDictionary) null), what);
        unit = FFmpeg.check(av_packet_alloc(), what);
        sound = FFmpeg.check(av_frame_alloc(), what);
        sound.format(AV_SAMPLE_FMT_FLTP).sample_rate(SAMPLE_RATE).nb_samples(Adts.FRAME_SAMPLES);
        FFmpeg.check(av_channel_layout_copy(sound.ch_layout(), codec.ch_layout()), what);
        FFmpeg.check(av_frame_get_buffer(sound, 0), what);
    }

    /**
     * Where the next frame's samples go.
     *
     * @param channel 0 left, 1 right.
     * @return room for {@value Adts#FRAME_SAMPLES} samples of -1 to 1, valid until {@link #encode}.
     */
    public FloatBuffer samples(final int channel) {
        final long length = (long) Adts.FRAME_SAMPLES * Float.BYTES;
        return writable().data(channel).limit(length).asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    AVFrame writable() {
        FFmpeg.check(av_frame_make_writable(sound), "AAC encoder");
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
        sound.pts(pts);
        FFmpeg.check(avcodec_send_frame(codec, sound), "AAC encoder");
        drain(arrivalNs, out);
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
            FFmpeg.check(received, "AAC encoder");
            final Packet packet = pool.acquire();
            header.clear();
            framing.writeHeader(unit.size(), header);
            packet.append(header.flip());
            packet.append(unit.data().limit(unit.size()).asByteBuffer());
            packet.describe(Packet.Kind.AUDIO, unit.pts(), unit.pts(), true, arrivalNs);
            av_packet_unref(unit);
            out.onPacket(packet);
        }
    }

    @Override
    public void close() {
        FFmpeg.free(sound, unit, codec);
        sound = null;
        unit = null;
        codec = null;
    }
}
