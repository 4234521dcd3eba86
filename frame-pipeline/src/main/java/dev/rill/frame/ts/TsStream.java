package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import java.util.Arrays;

/**
 * One elementary stream of a program. Immutable: {@code descriptors} must not be changed by anyone.
 *
 * @param pid         packet identifier, 0x10..0x1FFE.
 * @param streamType  {@code stream_type} of ISO/IEC 13818-1 table 2-34, for example {@link #H264}.
 * @param kind        what its packets carry.
 * @param descriptors raw ES-info bytes of the program map, possibly empty.
 */
public record TsStream(int pid, int streamType, Packet.Kind kind, byte[] descriptors) {
    /** H.264 video, Annex B. */
    public static final int H264 = 0x1B;
    /** AAC audio in ADTS. */
    public static final int AAC = 0x0F;
    /** MPEG-1 audio, layer 3 included. */
    public static final int MP3 = 0x03;
    /** Private PES data; its descriptors tell what it is, Opus among others. */
    public static final int PRIVATE = 0x06;

    private static final int MAX_DESCRIPTORS_LENGTH = 900;
    private static final int REGISTRATION_TAG = 0x05;
    private static final int EXTENSION_TAG = 0x7F;
    private static final int OPUS_EXTENSION = 0x80;
    private static final int OPUS = 'O' << 24 | 'p' << 16 | 'u' << 8 | 's';
    private static final int AC3 = 'A' << 24 | 'C' << 16 | '-' << 8 | '3';
    private static final int EAC3 = 'E' << 24 | 'A' << 16 | 'C' << 8 | '3';

    /**
     * Checks the ranges.
     */
    public TsStream {
        if (pid < 0x10 || pid >= TsPacketDescriptor.NULL_PID) {
            throw new IllegalArgumentException("pid=" + pid + " is outside 16..8190");
        }
        if (descriptors.length > MAX_DESCRIPTORS_LENGTH) {
            throw new IllegalArgumentException("pid=" + pid + ": descriptors of " + descriptors.length
                + " bytes exceed " + MAX_DESCRIPTORS_LENGTH);
        }
    }

    /** H.264 video on {@code pid}. */
    public static TsStream h264(final int pid) {
        return new TsStream(pid, H264, Packet.Kind.VIDEO, new byte[0]);
    }

    /** AAC in ADTS on {@code pid}. */
    public static TsStream aac(final int pid) {
        return new TsStream(pid, AAC, Packet.Kind.AUDIO, new byte[0]);
    }

    /** MP3 on {@code pid}. */
    public static TsStream mp3(final int pid) {
        return new TsStream(pid, MP3, Packet.Kind.AUDIO, new byte[0]);
    }

    /**
     * Opus on {@code pid}: private data with registration and channel descriptors (ETSI TS 103 491 style).
     *
     * @param channels 1 or 2.
     */
    public static TsStream opus(final int pid, final int channels) {
        if (channels != 1 && channels != 2) {
            throw new IllegalArgumentException("Opus with " + channels + " channels; expected 1 or 2");
        }
        final byte[] descriptors = {REGISTRATION_TAG, 4, 'O', 'p', 'u', 's',
            EXTENSION_TAG, 2, (byte) OPUS_EXTENSION, (byte) channels};
        return new TsStream(pid, PRIVATE, Packet.Kind.AUDIO, descriptors);
    }

    /** Whether this is H.264 video. */
    public boolean isH264() {
        return streamType == H264;
    }

    /** Whether this is Opus audio by its registration descriptor. */
    public boolean isOpus() {
        return streamType == PRIVATE && registration(descriptors) == OPUS;
    }

    /**
     * Tells what a stream of a program map carries.
     *
     * @return the kind, or null when it is neither video nor audio as far as this engine knows.
     */
    static Packet.Kind kindOf(final int streamType, final byte[] descriptors) {
        return switch (streamType) {
            case 0x01, 0x02, 0x10, H264, 0x24, 0x33 -> Packet.Kind.VIDEO;
            case MP3, 0x04, AAC, 0x11, 0x81, 0x87 -> Packet.Kind.AUDIO;
            case PRIVATE -> privateKind(descriptors);
            default -> null;
        };
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final TsStream that
            && pid == that.pid
            && streamType == that.streamType
            && kind == that.kind
            && Arrays.equals(descriptors, that.descriptors);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * pid + streamType) + Arrays.hashCode(descriptors);
    }

    @Override
    public String toString() {
        return kind + " pid=" + pid + " streamType=0x" + Integer.toHexString(streamType);
    }

    private static Packet.Kind privateKind(final byte[] descriptors) {
        final int registered = registration(descriptors);
        final boolean known = registered == OPUS || registered == AC3 || registered == EAC3
            || hasTag(descriptors, 0x6A) || hasTag(descriptors, 0x7A);
        return known ? Packet.Kind.AUDIO : null;
    }

    private static boolean hasTag(final byte[] descriptors, final int tag) {
        return indexOf(descriptors, tag) >= 0;
    }

    private static int registration(final byte[] descriptors) {
        final int index = indexOf(descriptors, REGISTRATION_TAG);
        if (index < 0 || index + 6 > descriptors.length) {
            return 0;
        }
        return (descriptors[index + 2] & 0xFF) << 24 | (descriptors[index + 3] & 0xFF) << 16
            | (descriptors[index + 4] & 0xFF) << 8 | descriptors[index + 5] & 0xFF;
    }

    private static int indexOf(final byte[] descriptors, final int tag) {
        int index = 0;
        while (index + 2 <= descriptors.length) {
            if ((descriptors[index] & 0xFF) == tag) {
                return index;
            }
            index += 2 + (descriptors[index + 1] & 0xFF);
        }
        return -1;
    }
}
