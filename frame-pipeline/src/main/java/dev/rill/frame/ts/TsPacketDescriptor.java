package dev.rill.frame.ts;

import java.nio.ByteBuffer;

/**
 * Layout of one transport stream packet (ISO/IEC 13818-1, 2.4.3.2), big-endian.
 * <pre>
 *   0        1                     2        3                    4
 *   +--------+---+---+---+---------+--------+-----+-----+--------+----------------------+---------+
 *   | 0x47   |err|pus|pri|     pid (13 bit) | scr | afc | count  | adaptation field     | payload |
 *   +--------+---+---+---+---------+--------+-----+-----+--------+----------------------+---------+
 *   adaptation field: length (1) | flags (1) | PCR (6, if flagged) | ... | stuffing 0xFF
 * </pre>
 */
final class TsPacketDescriptor {
    static final int LENGTH = 188;
    static final int HEADER_LENGTH = 4;
    static final int MAX_PAYLOAD_LENGTH = LENGTH - HEADER_LENGTH;
    static final byte SYNC = 0x47;

    static final int PAT_PID = 0;
    static final int NULL_PID = 0x1FFF;
    static final int PID_MASK = 0x1FFF;
    static final int CONTINUITY_MASK = 0x0F;

    static final int DISCONTINUITY_FLAG = 0x80;
    static final int RANDOM_ACCESS_FLAG = 0x40;
    static final int PCR_FLAG = 0x10;
    static final int PCR_LENGTH = 6;

    private static final int OPCR_FLAG = 0x08;
    private static final int SPLICE_FLAG = 0x04;
    private static final int PRIVATE_DATA_FLAG = 0x02;
    private static final int EXTENSION_FLAG = 0x01;

    private TsPacketDescriptor() {
    }

    static boolean isTransportError(final ByteBuffer bytes, final int offset) {
        return (bytes.get(offset + 1) & 0x80) != 0;
    }

    static boolean isUnitStart(final ByteBuffer bytes, final int offset) {
        return (bytes.get(offset + 1) & 0x40) != 0;
    }

    static int pid(final ByteBuffer bytes, final int offset) {
        return (bytes.get(offset + 1) << 8 | bytes.get(offset + 2) & 0xFF) & PID_MASK;
    }

    static boolean isScrambled(final ByteBuffer bytes, final int offset) {
        return (bytes.get(offset + 3) & 0xC0) != 0;
    }

    static boolean hasAdaptation(final ByteBuffer bytes, final int offset) {
        return (bytes.get(offset + 3) & 0x20) != 0;
    }

    static boolean hasPayload(final ByteBuffer bytes, final int offset) {
        return (bytes.get(offset + 3) & 0x10) != 0;
    }

    static int continuity(final ByteBuffer bytes, final int offset) {
        return bytes.get(offset + 3) & CONTINUITY_MASK;
    }

    /** Length of the adaptation field behind its length byte; 0 when there is none. */
    static int adaptationLength(final ByteBuffer bytes, final int offset) {
        return hasAdaptation(bytes, offset) ? bytes.get(offset + HEADER_LENGTH) & 0xFF : 0;
    }

    /** Flags of the adaptation field; 0 when there are none. */
    static int adaptationFlags(final ByteBuffer bytes, final int offset) {
        return adaptationLength(bytes, offset) == 0 ? 0 : bytes.get(offset + HEADER_LENGTH + 1) & 0xFF;
    }

    /** Offset of the payload relative to the packet; beyond {@link #LENGTH} when the adaptation field is broken. */
    static int payloadOffset(final ByteBuffer bytes, final int offset) {
        return hasAdaptation(bytes, offset)
            ? HEADER_LENGTH + 1 + adaptationLength(bytes, offset)
            : HEADER_LENGTH;
    }

    /** Whether the adaptation field is longer than its content, or has none: the sign of the last packet of a unit. */
    static boolean isStuffed(final ByteBuffer bytes, final int offset) {
        if (!hasAdaptation(bytes, offset)) {
            return false;
        }
        final int length = adaptationLength(bytes, offset);
        return length == 0 || adaptationFlags(bytes, offset) == 0
            || length > usedAdaptationLength(bytes, offset, length);
    }

    private static int usedAdaptationLength(final ByteBuffer bytes, final int offset, final int length) {
        final int base = offset + HEADER_LENGTH + 1;
        final int flags = bytes.get(base) & 0xFF;
        int used = 1;
        used += (flags & PCR_FLAG) != 0 ? PCR_LENGTH : 0;
        used += (flags & OPCR_FLAG) != 0 ? PCR_LENGTH : 0;
        used += (flags & SPLICE_FLAG) != 0 ? 1 : 0;
        used += (flags & PRIVATE_DATA_FLAG) != 0 && used < length ? 1 + (bytes.get(base + used) & 0xFF) : 0;
        used += (flags & EXTENSION_FLAG) != 0 && used < length ? 1 + (bytes.get(base + used) & 0xFF) : 0;
        return used;
    }
}
