package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MP3;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.AacEncoder;
import dev.rill.frame.codec.Adts;
import dev.rill.frame.codec.AudioTranscoder;
import dev.rill.frame.ts.TsStream;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Audio of files: AAC, Opus and MP3 are copied in the framing of transport streams, everything else becomes AAC. */
final class AudioTracks {
    private static final int STEREO = 2;

    private AudioTracks() {
    }

    static Track of(final int pid, final AVCodecParameters parameters, final PacketPool pool) {
        final int codec = parameters.codec_id();
        final String facts = avcodec_get_name(codec).getString() + " " + parameters.sample_rate() + " Hz "
            + parameters.ch_layout().nb_channels() + " ch";
        if (codec == AV_CODEC_ID_AAC) {
            final Adts framing = framing(parameters);
            if (framing != null || parameters.extradata_size() == 0) {
                return new Copied(TsStream.aac(pid), facts, pool, new AacFraming(framing));
            }
        }
        if (codec == AV_CODEC_ID_OPUS && parameters.ch_layout().nb_channels() <= STEREO) {
            return new Copied(
                TsStream.opus(pid, parameters.ch_layout().nb_channels()), facts, pool, new OpusFraming());
        }
        if (codec == AV_CODEC_ID_MP3) {
            return new Copied(TsStream.mp3(pid), facts, pool, (unit, packet) -> true);
        }
        return new Transcoded(TsStream.aac(pid), facts, AudioTranscoder.open(parameters, pool));
    }

    private static Adts framing(final AVCodecParameters parameters) {
        final int length = parameters.extradata_size();
        return length == 0 ? null : Adts.ofConfig(parameters.extradata().limit(length).asByteBuffer());
    }

    /** Puts in front of a unit what a transport stream wants there. */
    private interface Framing {
        /** @return false if the unit cannot be used. */
        boolean begin(ByteBuffer unit, Packet packet);
    }

    private static final class AacFraming implements Framing {
        private final Adts framing;
        private final ByteBuffer header = ByteBuffer.allocate(Adts.HEADER_LENGTH);

        /** @param framing null if units already come in ADTS. */
        AacFraming(final Adts framing) {
            this.framing = framing;
        }

        @Override
        public boolean begin(final ByteBuffer unit, final Packet packet) {
            if (framing == null) {
                return Adts.isHeader(unit, 0);
            }
            if (unit.remaining() > Adts.MAX_PAYLOAD_LENGTH) {
                return false;
            }
            framing.writeHeader(unit.remaining(), header.clear());
            packet.append(header.flip());
            return true;
        }
    }

    /** Control header of Opus in MPEG-TS (ETSI TS 103 491 style): 11 bits of ones, no flags, length of the unit. */
    private static final class OpusFraming implements Framing {
        private static final int PREFIX = 0x7FE0;
        private static final int MAX_STEP = 255;
        private static final int MAX_UNIT_LENGTH = 61_440;

        private final ByteBuffer header = ByteBuffer.allocate(3 + MAX_UNIT_LENGTH / MAX_STEP);

        @Override
        public boolean begin(final ByteBuffer unit, final Packet packet) {
            int rest = unit.remaining();
            if (rest > MAX_UNIT_LENGTH) {
                return false;
            }
            header.clear().putShort((short) PREFIX);
            while (rest >= MAX_STEP) {
                header.put((byte) MAX_STEP);
                rest -= MAX_STEP;
            }
            header.put((byte) rest);
            packet.append(header.flip());
            return true;
        }
    }

    private static final class Copied extends Track {
        private final PacketPool pool;
        private final Framing framing;
        private final TrackClock clock = new TrackClock(AacEncoder.PRIMING_TICKS);
        private long damagedUnits;

        Copied(final TsStream stream, final String facts, final PacketPool pool, final Framing framing) {
            super(stream, facts + " copied");
            this.pool = pool;
            this.framing = framing;
        }

        @Override
        public void accept(final AVPacket unit, final long arrivalNs, final PacketHandler out) {
            if (unit.size() == 0) {
                return;
            }
            clock.advance(unit);
            final ByteBuffer data = unit.data().limit(unit.size()).asByteBuffer();
            final Packet packet = pool.acquire();
            if (framing.begin(data, packet)) {
                packet.append(data);
                out.onPacket(packet.describe(Packet.Kind.AUDIO, clock.pts(), clock.pts(), true, arrivalNs));
            } else {
                damagedUnits++;
                packet.release();
            }
        }

        @Override
        public long damagedUnits() {
            return damagedUnits + clock.repairs();
        }
    }

    private static final class Transcoded extends Track {
        private final AudioTranscoder transcoder;

        Transcoded(final TsStream stream, final String facts, final AudioTranscoder transcoder) {
            super(stream, facts + " transcoded to AAC");
            this.transcoder = transcoder;
        }

        @Override
        public void accept(final AVPacket unit, final long arrivalNs, final PacketHandler out) {
            transcoder.transcode(unit, arrivalNs, out);
        }

        @Override
        public void finish(final long arrivalNs, final PacketHandler out) {
            transcoder.transcode(null, arrivalNs, out);
        }

        @Override
        public long leadTicks() {
            return AacEncoder.PRIMING_TICKS;
        }

        @Override
        public long damagedUnits() {
            return transcoder.damagedPackets();
        }

        @Override
        public void close() {
            transcoder.close();
        }
    }
}
