package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads program association and program map sections (ISO/IEC 13818-1, 2.4.4.3 and 2.4.4.8). */
final class PsiParser {
    static final int PAT_TABLE = 0x00;
    static final int PMT_TABLE = 0x02;
    /** Registration descriptor (2.6.8) with {@link #RILL} in it. */
    static final int REGISTRATION_TAG = 0x05;
    static final int REGISTRATION_LENGTH = 2 + Integer.BYTES;
    static final int RILL = 'R' << 24 | 'I' << 16 | 'L' << 8 | 'L';

    private static final int SECTION_HEADER_LENGTH = 8;
    private static final int PMT_HEADER_LENGTH = 12;

    private PsiParser() {
    }

    static boolean isCurrent(final ByteBuffer section, final int tableId) {
        return (section.get(0) & 0xFF) == tableId && (section.get(5) & 1) != 0;
    }

    /**
     * First program of an association section.
     *
     * @return program number in the upper half, pid of its map in the lower; -1 when there is none.
     */
    static int firstProgram(final ByteBuffer section) {
        for (int i = SECTION_HEADER_LENGTH; i + 4 <= section.limit(); i += 4) {
            final int number = section.getShort(i) & 0xFFFF;
            if (number != 0) {
                return number << 16 | section.getShort(i + 2) & TsPacketDescriptor.PID_MASK;
            }
        }
        return -1;
    }

    /**
     * Program of a map section.
     *
     * @return the program, or null when the section belongs to another number or its lengths do not fit.
     */
    static TsProgram program(final ByteBuffer section, final int number, final int pmtPid) {
        if (section.limit() < PMT_HEADER_LENGTH || (section.getShort(3) & 0xFFFF) != number) {
            return null;
        }
        final int pcrPid = section.getShort(8) & TsPacketDescriptor.PID_MASK;
        final List<TsStream> streams = new ArrayList<>();
        int index = PMT_HEADER_LENGTH + (section.getShort(10) & 0x0FFF);
        final boolean stuffsTails = hasRegistration(section, Math.min(index, section.limit()));
        while (index + 5 <= section.limit()) {
            final int length = section.getShort(index + 3) & 0x0FFF;
            if (index + 5 + length > section.limit()) {
                return null;
            }
            addStream(streams, section, index, length);
            index += 5 + length;
        }
        return new TsProgram(number, pmtPid, pcrPid, stuffsTails, streams);
    }

    /** Whether the descriptors of the program, which end at {@code end}, hold the registration of this writer. */
    private static boolean hasRegistration(final ByteBuffer section, final int end) {
        int index = PMT_HEADER_LENGTH;
        while (index + REGISTRATION_LENGTH <= end) {
            final int length = section.get(index + 1) & 0xFF;
            if (section.get(index) == REGISTRATION_TAG && length == Integer.BYTES
                && section.getInt(index + 2) == RILL) {
                return true;
            }
            index += 2 + length;
        }
        return false;
    }

    private static void addStream(
        final List<TsStream> streams, final ByteBuffer section, final int index, final int length) {
        final int streamType = section.get(index) & 0xFF;
        final int pid = section.getShort(index + 1) & TsPacketDescriptor.PID_MASK;
        final byte[] descriptors = new byte[length];
        section.get(index + 5, descriptors);
        final Packet.Kind kind = TsStream.kindOf(streamType, descriptors);
        if (kind != null && pid >= 0x10 && pid != TsPacketDescriptor.NULL_PID) {
            streams.add(new TsStream(pid, streamType, kind, descriptors));
        }
    }
}
