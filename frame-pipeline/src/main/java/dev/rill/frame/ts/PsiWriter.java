package dev.rill.frame.ts;

import java.nio.ByteBuffer;

/** Builds program association and program map sections, CRC included, each with its pointer field in front. */
final class PsiWriter {
    static final int MAX_VERSION = 31;

    private static final int TRANSPORT_STREAM_ID = 1;
    private static final int MAX_SECTION_LENGTH = 1024;
    private static final int CURRENT = 0xC1;
    private static final int SECTION_SYNTAX = 0xB000;
    private static final int RESERVED_PID_BITS = 0xE000;
    private static final int RESERVED_LENGTH_BITS = 0xF000;
    private static final int CRC_LENGTH = 4;

    private PsiWriter() {
    }

    static ByteBuffer associations(final TsProgram program, final int version) {
        final ByteBuffer section = begin(PsiParser.PAT_TABLE, TRANSPORT_STREAM_ID, version);
        section.putShort((short) program.number());
        section.putShort((short) (RESERVED_PID_BITS | program.pmtPid()));
        return end(section);
    }

    static ByteBuffer map(final TsProgram program, final int version) {
        final ByteBuffer section = begin(PsiParser.PMT_TABLE, program.number(), version);
        section.putShort((short) (RESERVED_PID_BITS | program.pcrPid()));
        putProgramDescriptors(section, program);
        for (final TsStream stream : program.streams()) {
            putStream(section, program, stream);
        }
        return end(section);
    }

    private static void putProgramDescriptors(final ByteBuffer section, final TsProgram program) {
        if (program.stuffsTails()) {
            section.putShort((short) (RESERVED_LENGTH_BITS | PsiParser.REGISTRATION_LENGTH));
            section.put((byte) PsiParser.REGISTRATION_TAG).put((byte) Integer.BYTES).putInt(PsiParser.RILL);
        } else {
            section.putShort((short) RESERVED_LENGTH_BITS);
        }
    }

    private static void putStream(final ByteBuffer section, final TsProgram program, final TsStream stream) {
        final byte[] descriptors = stream.descriptors();
        if (section.remaining() < 5 + descriptors.length + CRC_LENGTH) {
            throw new IllegalArgumentException("program map of " + program.streams().size()
                + " streams exceeds " + MAX_SECTION_LENGTH + " bytes at " + stream);
        }
        section.put((byte) stream.streamType());
        section.putShort((short) (RESERVED_PID_BITS | stream.pid()));
        section.putShort((short) (RESERVED_LENGTH_BITS | descriptors.length));
        section.put(descriptors);
    }

    private static ByteBuffer begin(final int tableId, final int tableIdExtension, final int version) {
        final ByteBuffer section = ByteBuffer.allocate(1 + MAX_SECTION_LENGTH);
        section.put((byte) 0).put((byte) tableId).putShort((short) 0);
        section.putShort((short) tableIdExtension).put((byte) (CURRENT | version << 1)).putShort((short) 0);
        return section;
    }

    private static ByteBuffer end(final ByteBuffer section) {
        final int lengthField = section.position() - 4 + CRC_LENGTH;
        section.putShort(2, (short) (SECTION_SYNTAX | lengthField));
        section.putInt(Crc32Mpeg.of(section, 1, section.position() - 1));
        return section.flip();
    }
}
