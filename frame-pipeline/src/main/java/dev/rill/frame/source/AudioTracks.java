package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MP3;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.codec.Adts;
import dev.rill.frame.codec.AudioTranscoder;
import dev.rill.frame.codec.OpusFraming;
import dev.rill.frame.codec.SoundEncoder;
import dev.rill.frame.ts.TsStream;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Audio of files: AAC, Opus and MP3 are copied in the framing of transport streams, everything else becomes AAC. */
final class AudioTracks {
    private static final int STEREO = 2;

    private AudioTracks() {
    }

    /** @param processing null to leave it as it is where that is possible. */
    static Track of(
        final int pid, final AVCodecParameters parameters, final AudioProcessing processing, final PacketPool pool) {
        final int codec = parameters.codec_id();
        final String facts = avcodec_get_name(codec).getString() + " " + parameters.sample_rate() + " Hz "
            + parameters.ch_layout().nb_channels() + " ch";
        if (processing != null) {
            return transcoded(pid, facts, AudioTranscoder.open(parameters, processing, pool), " processed");
        }
        if (codec == AV_CODEC_ID_AAC) {
            final Adts framing = framing(parameters);
            if (framing != null || parameters.extradata_size() == 0) {
                return new Copied(TsStream.aac(pid), facts, pool, new AacFraming(framing));
            }
        }
        if (codec == AV_CODEC_ID_OPUS && parameters.ch_layout().nb_channels() <= STEREO) {
            return new Copied(
                TsStream.opus(pid, parameters.ch_layout().nb_channels()), facts, pool, new OpusHeaders());
        }
        if (codec == AV_CODEC_ID_MP3) {
            return new Copied(TsStream.mp3(pid), facts, pool, (unit, packet) -> true);
        }
        return transcoded(pid, facts, AudioTranscoder.open(parameters, AudioProcessing.to(AudioCodec.AAC), pool),
            " transcoded to AAC");
    }

    private static Track transcoded(
        final int pid, final String facts, final AudioTranscoder transcoder, final String treatment) {
        return new Transcoded(transcoder.stream(pid), facts + treatment, transcoder);
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

    private static final class OpusHeaders implements Framing {
        private final OpusFraming framing = new OpusFraming();

        @Override
        public boolean begin(final ByteBuffer unit, final Packet packet) {
            if (unit.remaining() > OpusFraming.MAX_UNIT_LENGTH) {
                return false;
            }
            packet.append(framing.header(unit.remaining()));
            return true;
        }
    }

    private static final class Copied extends Track {
        private final PacketPool pool;
        private final Framing framing;
        private final TrackClock clock = new TrackClock(SoundEncoder.AAC_PRIMING_TICKS);
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

        Transcoded(final TsStream stream, final String description, final AudioTranscoder transcoder) {
            super(stream, description);
            this.transcoder = transcoder;
        }

        @Override
        public void accept(final AVPacket unit, final long arrivalNs, final PacketHandler out) {
            transcoder.transcode(unit, arrivalNs, out);
        }

        @Override
        public void finish(final long arrivalNs, final PacketHandler out) {
            transcoder.finish(arrivalNs, out);
        }

        @Override
        public long leadTicks() {
            return SoundEncoder.AAC_PRIMING_TICKS;
        }

        @Override
        public long damagedUnits() {
            return transcoder.damagedPackets() + transcoder.repairs();
        }

        @Override
        public void close() {
            transcoder.close();
        }
    }
}
