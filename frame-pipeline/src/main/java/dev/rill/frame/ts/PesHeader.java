package dev.rill.frame.ts;

import java.nio.ByteBuffer;

/**
 * Header of a packetised elementary stream packet (ISO/IEC 13818-1, 2.4.3.6), collected byte by byte because it may be
 * spread over transport packets.
 * <pre>
 *   0            3           4            6       7            8               9
 *   +------------+-----------+------------+-------+------------+---------------+------------+-----+----------+
 *   | 00 00 01   | stream_id | length(16) | flags | PTS/DTS .. | header length | PTS (5)    | ... | payload  |
 *   +------------+-----------+------------+-------+------------+---------------+------------+-----+----------+
 * </pre>
 */
final class PesHeader {
    static final int FIXED_LENGTH = 9;
    static final int PREFIX_LENGTH = 6;
    static final int TIME_LENGTH = 5;
    private static final int MAX_LENGTH = FIXED_LENGTH + 255;

    private final ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH);

    void clear() {
        bytes.clear();
    }

    /** Takes header bytes from the source; returns true once the header is complete. */
    boolean collect(final ByteBuffer source) {
        while (bytes.position() < needed() && source.hasRemaining()) {
            bytes.put(source.get());
        }
        return bytes.position() >= FIXED_LENGTH && bytes.position() == needed();
    }

    boolean isValid() {
        return bytes.getShort(0) == 0 && bytes.get(2) == 1
            && carriesTimes(bytes.get(3) & 0xFF)
            && (bytes.get(6) & 0xC0) == 0x80
            && dataLength() >= timesLength();
    }

    /** Payload length, or -1 when the packet announces none, or less than -1 when the announcement is impossible. */
    int payloadLength() {
        final int announced = bytes.getShort(4) & 0xFFFF;
        if (announced == 0) {
            return -1;
        }
        final int length = announced + PREFIX_LENGTH - FIXED_LENGTH - dataLength();
        return length < 0 ? -2 : length;
    }

    boolean hasPts() {
        return (bytes.get(7) & 0x80) != 0;
    }

    boolean hasDts() {
        return (bytes.get(7) & 0xC0) == 0xC0;
    }

    long pts() {
        return time(bytes, FIXED_LENGTH);
    }

    long dts() {
        return time(bytes, FIXED_LENGTH + TIME_LENGTH);
    }

    static void putTime(final ByteBuffer target, final int prefix, final long ticks) {
        target.put((byte) (prefix << 4 | (int) (ticks >>> 29 & 0x0E) | 1));
        target.putShort((short) (ticks >>> 14 & 0xFFFE | 1));
        target.putShort((short) (ticks << 1 & 0xFFFE | 1));
    }

    private static long time(final ByteBuffer source, final int index) {
        return (source.get(index) & 0x0EL) << 29
            | (source.getShort(index + 1) & 0xFFFEL) << 14
            | (source.getShort(index + 3) & 0xFFFEL) >>> 1;
    }

    private static boolean carriesTimes(final int streamId) {
        return streamId == 0xBD || streamId == 0xFD || streamId >= 0xC0 && streamId <= 0xEF;
    }

    private int needed() {
        return bytes.position() < FIXED_LENGTH ? FIXED_LENGTH : FIXED_LENGTH + dataLength();
    }

    private int dataLength() {
        return bytes.get(8) & 0xFF;
    }

    private int timesLength() {
        if (hasDts()) {
            return 2 * TIME_LENGTH;
        }
        return hasPts() ? TIME_LENGTH : 0;
    }
}
