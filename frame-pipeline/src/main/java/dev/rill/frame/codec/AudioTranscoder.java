package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.audio.Sound;
import dev.rill.frame.ts.TsStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/**
 * Decodes sound, has a handler change it, encodes it. Single-threaded. Public for the packages beside this one, not for
 * hosts.
 * <p>
 * Time runs with the samples as {@link SoundTimeline} says: where up to 1 s is missing there is silence, where up to
 * 1 s comes a second time it is left out; where the stream jumps farther the sound in front is completed, with silence
 * up to the end of a frame, and what follows begins at its own time.
 */
public final class AudioTranscoder implements AutoCloseable {
    /** Most channels that are delivered. */
    public static final int MAX_CHANNELS = 2;

    private static final int SILENCE_SAMPLES = 1024;

    private final AudioProcessing processing;
    private final int channels;
    private final PacketPool pool;
    private final SoundDecoder decoder;
    private final SoundTimeline timeline = new SoundTimeline();
    private SoundEncoder encoder;
    private AVPacket unit;
    private int filled;
    private long repairs;
    private long arrivalNs;
    private PacketHandler out;

    private AudioTranscoder(
        final SoundDecoder decoder, final int channels, final AudioProcessing processing, final PacketPool pool) {
        this.decoder = decoder;
        this.channels = channels;
        this.processing = processing;
        this.pool = pool;
    }

    /**
     * Opens decoder and encoder for a stream of a file. Mono stays mono, more than two channels become stereo.
     *
     * @param parameters what the demuxer knows of the stream.
     * @param processing what becomes of it.
     * @param pool       where packets come from.
     * @return the transcoder; close it.
     * @throws MediaException if there is no decoder for this codec.
     */
    public static AudioTranscoder open(
        final AVCodecParameters parameters, final AudioProcessing processing, final PacketPool pool) {
        final int channels = parameters.ch_layout().nb_channels() == 1 ? 1 : MAX_CHANNELS;
        return open(SoundDecoder.open(parameters, channels), channels, processing, pool);
    }

    /**
     * Opens decoder and encoder for a stream that describes itself.
     *
     * @param codecId    FFmpeg's number of the codec.
     * @param channels   to be delivered, 1 or 2.
     * @param processing what becomes of it.
     * @param pool       where packets come from.
     * @return the transcoder; close it.
     * @throws MediaException if there is no decoder for this codec.
     */
    public static AudioTranscoder open(
        final int codecId, final int channels, final AudioProcessing processing, final PacketPool pool) {
        return open(SoundDecoder.open(codecId, channels), channels, processing, pool);
    }

    private static AudioTranscoder open(
        final SoundDecoder decoder, final int channels, final AudioProcessing processing, final PacketPool pool) {
        final AudioTranscoder opened = new AudioTranscoder(decoder, channels, processing, pool);
        try {
            opened.unit = FFmpeg.check(av_packet_alloc(), "packet");
            opened.encoder = SoundEncoder.open(processing.codec(), channels, pool);
            return opened;
        } catch (final MediaException ex) {
            opened.close();
            throw ex;
        }
    }

    /** The stream that it delivers, as a program map lists it. */
    public TsStream stream(final int pid) {
        return SoundEncoder.stream(processing.codec(), channels, pid);
    }

    /**
     * Takes one unit of a stream that describes itself.
     *
     * @param data         bytes from position to limit, borrowed; direct.
     * @param pts          presentation time, 90 kHz.
     * @param newArrivalNs handed on in the packets.
     * @param target       gets the packets that are ready and owns them.
     * @throws MediaException if the handler fails.
     */
    public void transcode(
        final ByteBuffer data, final long pts, final long newArrivalNs, final PacketHandler target) {
        try (BytePointer start = new BytePointer(data)) {
            unit.data(start).size(data.remaining());
            unit.pts(pts).dts(pts);
            transcode(unit, newArrivalNs, target);
        } finally {
            unit.data(null).size(0);
        }
    }

    /**
     * Takes one unit as a demuxer delivered it, its times rescaled to 90 kHz.
     *
     * @param packet       borrowed.
     * @param newArrivalNs handed on in the packets.
     * @param target       gets the packets that are ready and owns them.
     * @throws MediaException if the handler fails.
     */
    public void transcode(final AVPacket packet, final long newArrivalNs, final PacketHandler target) {
        arrivalNs = newArrivalNs;
        out = target;
        decoder.decode(packet, this::onBlock);
    }

    /**
     * Hands out what the codecs still hold; nothing can be transcoded afterwards.
     *
     * @param newArrivalNs handed on in the packets.
     * @param target       gets the packets and owns them.
     * @throws MediaException if the handler fails.
     */
    public void finish(final long newArrivalNs, final PacketHandler target) {
        transcode((AVPacket) null, newArrivalNs, target);
        complete();
    }

    private void onBlock(final AVFrame block, final long pts) {
        final int correction = pts == SoundDecoder.UNKNOWN ? 0 : timeline.correction(pts);
        int skipped = 0;
        if (correction == SoundTimeline.JUMP) {
            complete();
            encoder.close();
            encoder = SoundEncoder.open(processing.codec(), channels, pool);
            timeline.restart(pts);
        } else if (correction > 0) {
            repairs++;
            fill(correction);
        } else if (correction < 0) {
            repairs++;
            skipped = Math.min(-correction, block.nb_samples());
        }
        if (skipped < block.nb_samples()) {
            take(planes(block, skipped), block.nb_samples() - skipped);
        }
    }

    private List<FloatBuffer> planes(final AVFrame block, final int from) {
        final List<FloatBuffer> planes = new ArrayList<>(channels);
        for (int channel = 0; channel < channels; channel++) {
            final long length = (long) block.nb_samples() * Float.BYTES;
            planes.add(block.data(channel).limit(length).asByteBuffer().order(ByteOrder.nativeOrder())
                .asFloatBuffer().position(from).slice());
        }
        return planes;
    }

    private void fill(final int samples) {
        for (int left = samples; left > 0; left -= SILENCE_SAMPLES) {
            final int length = Math.min(left, SILENCE_SAMPLES);
            final List<FloatBuffer> silence = new ArrayList<>(channels);
            for (int channel = 0; channel < channels; channel++) {
                silence.add(FloatBuffer.allocate(length));
            }
            take(silence, length);
        }
    }

    private void take(final List<FloatBuffer> planes, final int samples) {
        process(new Sound(planes, samples, timeline.nextIn()));
        timeline.onIn(samples);
        int index = 0;
        while (index < samples) {
            final int count = Math.min(samples - index, encoder.frameSamples() - filled);
            for (int channel = 0; channel < channels; channel++) {
                encoder.samples(channel).put(filled, planes.get(channel), index, count);
            }
            index += count;
            filled += count;
            if (filled == encoder.frameSamples()) {
                encode();
            }
        }
    }

    private void process(final Sound sound) {
        try {
            processing.handler().onSound(sound);
        } catch (final RuntimeException ex) {
            throw new MediaException("audio handler: failed on the sound at pts=" + sound.pts() + ": " + ex, ex);
        }
    }

    private void encode() {
        encoder.encode(timeline.nextOut(), arrivalNs, out);
        timeline.onOut(filled);
        filled = 0;
    }

    /** Encodes the rest, with silence up to the end of its frame. */
    private void complete() {
        if (filled > 0) {
            final int missing = encoder.frameSamples() - filled;
            for (int channel = 0; channel < channels; channel++) {
                encoder.samples(channel).put(filled, new float[missing], 0, missing);
            }
            encode();
        }
        encoder.flush(arrivalNs, out);
    }

    /** Packets that could not be decoded, in full or in part. */
    public long damagedPackets() {
        return decoder.damagedPackets();
    }

    /** Blocks of sound in front of which some was missing, or that came a second time in full or in part. */
    public long repairs() {
        return repairs;
    }

    @Override
    public void close() {
        decoder.close();
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
        FFmpeg.free(null, unit, null);
        unit = null;
    }
}
