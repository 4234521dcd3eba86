package dev.rill.frame.ts;

import java.nio.ByteBuffer;

/**
 * Collects sections of program-specific information of one pid (ISO/IEC 13818-1, 2.4.4), however they are spread over
 * packets, and hands on those whose CRC is right and whose content differs from the one before.
 */
final class TsSection {
    /** Takes sections. */
    interface Handler {
        /**
         * @param section from table_id to the last byte before the CRC; position 0, borrowed.
         */
        void onSection(ByteBuffer section);
    }

    private static final int MAX_LENGTH = 1024;
    private static final int HEADER_LENGTH = 3;
    private static final int CRC_LENGTH = 4;
    private static final int MIN_LENGTH = 8 + CRC_LENGTH;
    private static final int STUFFING = 0xFF;

    private final Handler handler;
    private final TsCounters counters;
    private final ByteBuffer section = ByteBuffer.allocate(MAX_LENGTH);
    private final ByteBuffer accepted = ByteBuffer.allocate(MAX_LENGTH).limit(0);
    private boolean open;
    private int continuity = -1;

    TsSection(final Handler handler, final TsCounters counters) {
        this.handler = handler;
        this.counters = counters;
    }

    /** Takes the payload of one packet from position to limit. */
    void payload(final ByteBuffer bytes, final boolean unitStart, final int packetContinuity) {
        if (isOutOfOrder(packetContinuity)) {
            return;
        }
        if (!unitStart) {
            append(bytes, bytes.limit());
            return;
        }
        final int pointer = bytes.hasRemaining() ? bytes.get() & 0xFF : STUFFING;
        if (pointer > bytes.remaining()) {
            damaged();
            return;
        }
        final int start = bytes.position() + pointer;
        append(bytes, start);
        bytes.position(start);
        open = false;
        while (bytes.hasRemaining() && (bytes.get(bytes.position()) & 0xFF) != STUFFING) {
            open = true;
            section.clear();
            append(bytes, bytes.limit());
        }
    }

    /** Forgets a partial section; the next segment may number its packets anew. */
    void endOfSegment() {
        open = false;
        continuity = -1;
    }

    private boolean isOutOfOrder(final int packetContinuity) {
        final int last = continuity;
        continuity = packetContinuity;
        if (last == packetContinuity) {
            counters.countDuplicatePacket();
            return true;
        }
        if (last >= 0 && packetContinuity != (last + 1 & TsPacketDescriptor.CONTINUITY_MASK)) {
            counters.countContinuityError();
            open = false;
        }
        return false;
    }

    private void append(final ByteBuffer bytes, final int limit) {
        final int oldLimit = bytes.limit();
        bytes.limit(limit);
        while (open && bytes.hasRemaining()) {
            final int wanted = section.position() < HEADER_LENGTH ? HEADER_LENGTH : totalLength();
            while (section.position() < wanted && bytes.hasRemaining()) {
                section.put(bytes.get());
            }
            if (section.position() >= HEADER_LENGTH) {
                closeIfComplete();
            }
        }
        bytes.limit(oldLimit);
    }

    private int totalLength() {
        return HEADER_LENGTH + ((section.get(1) & 0x0F) << 8 | section.get(2) & 0xFF);
    }

    private void closeIfComplete() {
        final int length = totalLength();
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            damaged();
        } else if (section.position() == length) {
            open = false;
            section.flip();
            accept(length);
        }
    }

    private void accept(final int length) {
        if (Crc32Mpeg.of(section, 0, length) != 0) {
            damaged();
        } else if (!section.equals(accepted)) {
            accepted.clear();
            accepted.put(section).flip();
            section.position(0).limit(length - CRC_LENGTH);
            handler.onSection(section);
        }
    }

    private void damaged() {
        open = false;
        counters.countDamagedSection();
    }
}
