package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MP3;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;

import dev.rill.frame.ts.TsStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Takes the framing of a transport stream off audio units: one packet may hold several. Single-threaded.
 * <p>
 * AAC loses its ADTS headers, Opus its control headers; MP3 stays as it is.
 */
public abstract class AudioUnits {
    private static final int TICKS_PER_SECOND = 90_000;

    /** Takes one unit without framing. */
    @FunctionalInterface
    public interface UnitHandler {
        /**
         * @param unit          borrowed.
         * @param offsetTicks   behind the time of the packet.
         * @param durationTicks of the unit; 0 if unknown.
         */
        void onUnit(ByteBuffer unit, long offsetTicks, long durationTicks);
    }

    private final int codecId;

    private AudioUnits(final int codecId) {
        this.codecId = codecId;
    }

    /**
     * For the audio of a program.
     *
     * @param stream as its map lists it.
     * @return for one stream; null if it is of a kind that is not known.
     */
    public static AudioUnits of(final TsStream stream) {
        if (stream.isOpus()) {
            return new Opus(Opus.channels(stream.descriptors()));
        }
        return switch (stream.streamType()) {
            case TsStream.AAC -> new Aac();
            case TsStream.MP3 -> new Mp3();
            default -> null;
        };
    }

    /** FFmpeg's number of the codec. */
    public int codecId() {
        return codecId;
    }

    /**
     * Looks at the first packet; afterwards rate, channels and configuration are known.
     *
     * @param packet borrowed.
     * @return false if it tells nothing.
     */
    public abstract boolean learn(ByteBuffer packet);

    /** Samples per second. */
    public abstract int sampleRate();

    /** Number of channels. */
    public abstract int channels();

    /** What a decoder wants to know in advance; empty if nothing. */
    public abstract byte[] configuration();

    /**
     * Takes a packet apart.
     *
     * @param packet  borrowed.
     * @param handler called for each unit.
     * @return false if the packet, or a part of it, could not be understood.
     */
    public abstract boolean split(ByteBuffer packet, UnitHandler handler);

    private static final class Aac extends AudioUnits {
        private Adts framing;

        Aac() {
            super(AV_CODEC_ID_AAC);
        }

        @Override
        public boolean learn(final ByteBuffer packet) {
            if (framing == null && Adts.isHeader(packet, 0)) {
                framing = Adts.parse(packet, 0);
            }
            return framing != null;
        }

        @Override
        public int sampleRate() {
            return framing.sampleRate();
        }

        @Override
        public int channels() {
            return framing.channels() == 7 ? 8 : framing.channels();
        }

        @Override
        public byte[] configuration() {
            return framing.config();
        }

        @Override
        public boolean split(final ByteBuffer packet, final UnitHandler handler) {
            final long duration = (long) Adts.FRAME_SAMPLES * TICKS_PER_SECOND / sampleRate();
            int index = 0;
            long frames = 0;
            while (Adts.isHeader(packet, index) && index + Adts.frameLength(packet, index) <= packet.limit()) {
                final int header = Adts.headerLength(packet, index);
                final int length = Adts.frameLength(packet, index);
                handler.onUnit(packet.slice(index + header, length - header),
                    frames * Adts.FRAME_SAMPLES * TICKS_PER_SECOND / sampleRate(), duration);
                index += length;
                frames++;
            }
            return index == packet.limit();
        }
    }

    private static final class Mp3 extends AudioUnits {
        private static final int[] RATES = {44_100, 48_000, 32_000};

        private int sampleRate;
        private int channels;

        Mp3() {
            super(AV_CODEC_ID_MP3);
        }

        @Override
        public boolean learn(final ByteBuffer packet) {
            if (sampleRate == 0 && packet.limit() >= 4 && packet.get(0) == -1 && (packet.get(1) & 0xE0) == 0xE0) {
                final int version = packet.get(1) >> 3 & 3;
                final int rate = packet.get(2) >> 2 & 3;
                if (rate < RATES.length && version != 1) {
                    sampleRate = RATES[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
                    channels = (packet.get(3) & 0xC0) == 0xC0 ? 1 : 2;
                }
            }
            return sampleRate != 0;
        }

        @Override
        public int sampleRate() {
            return sampleRate;
        }

        @Override
        public int channels() {
            return channels;
        }

        @Override
        public byte[] configuration() {
            return new byte[0];
        }

        @Override
        public boolean split(final ByteBuffer packet, final UnitHandler handler) {
            handler.onUnit(packet, 0, 0);
            return true;
        }
    }

    /** Control header: 11 bits of ones, flags for trims and extension, length in bytes of at most 255 each. */
    private static final class Opus extends AudioUnits {
        private static final int RATE = 48_000;
        private static final int PRE_SKIP = 312;
        private static final int START_TRIM = 0x10;
        private static final int END_TRIM = 0x08;
        private static final int EXTENSION = 0x04;

        private final int channels;

        Opus(final int channels) {
            super(AV_CODEC_ID_OPUS);
            this.channels = channels;
        }

        /** Channel code of the extension descriptor; two if it is missing or means something else. */
        static int channels(final byte[] descriptors) {
            int index = 0;
            while (index + 3 < descriptors.length) {
                if ((descriptors[index] & 0xFF) == 0x7F && (descriptors[index + 2] & 0xFF) == 0x80) {
                    return descriptors[index + 3] == 1 ? 1 : 2;
                }
                index += 2 + (descriptors[index + 1] & 0xFF);
            }
            return 2;
        }

        @Override
        public boolean learn(final ByteBuffer packet) {
            return true;
        }

        @Override
        public int sampleRate() {
            return RATE;
        }

        @Override
        public int channels() {
            return channels;
        }

        /** OpusHead (RFC 7845, 5.1), which containers other than transport streams want. */
        @Override
        public byte[] configuration() {
            final ByteBuffer head = ByteBuffer.allocate(19).order(ByteOrder.LITTLE_ENDIAN);
            head.put("OpusHead".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) channels);
            head.putShort((short) PRE_SKIP).putInt(RATE).putShort((short) 0).put((byte) 0);
            return head.array();
        }

        @Override
        public boolean split(final ByteBuffer packet, final UnitHandler handler) {
            int index = 0;
            long offset = 0;
            while (index + 3 <= packet.limit() && isHeader(packet, index)) {
                final int flags = packet.get(index + 1);
                index += 2;
                int length = 0;
                int step = 255;
                while (step == 255 && index < packet.limit()) {
                    step = packet.get(index++) & 0xFF;
                    length += step;
                }
                index += ((flags & START_TRIM) != 0 ? 2 : 0) + ((flags & END_TRIM) != 0 ? 2 : 0);
                if ((flags & EXTENSION) != 0 && index < packet.limit()) {
                    index += 1 + (packet.get(index) & 0xFF);
                }
                if (length == 0 || index + length > packet.limit()) {
                    return false;
                }
                final ByteBuffer unit = packet.slice(index, length);
                final long duration = duration(unit);
                handler.onUnit(unit, offset, duration);
                offset += duration;
                index += length;
            }
            return index == packet.limit();
        }

        private static boolean isHeader(final ByteBuffer packet, final int index) {
            return packet.get(index) == 0x7F && (packet.get(index + 1) & 0xE0) == 0xE0;
        }

        /** Duration by the table of contents byte (RFC 6716, 3.1), in 90 kHz ticks. */
        private static long duration(final ByteBuffer unit) {
            final int contents = unit.get(0) & 0xFF;
            final int configuration = contents >> 3;
            final int frameTicks;
            if (configuration < 12) {
                frameTicks = new int[] {900, 1800, 3600, 5400}[configuration & 3];
            } else if (configuration < 16) {
                frameTicks = (configuration & 1) == 0 ? 900 : 1800;
            } else {
                frameTicks = 225 << (configuration & 3);
            }
            final int count = switch (contents & 3) {
                case 0 -> 1;
                case 1, 2 -> 2;
                default -> unit.limit() > 1 ? unit.get(1) & 0x3F : 1;
            };
            return (long) frameTicks * count;
        }
    }
}
