package dev.rill.frame.media;

import java.io.ByteArrayOutputStream;

/** Writes bits, most significant first, and the codes of ITU-T H.264, 9.1. */
final class BitWriter {
    private static final int START_CODE_ZEROS = 2;
    private static final int LAST_TO_ESCAPE = 3;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int open;
    private int openBits;

    BitWriter bits(final int count, final long value) {
        for (int bit = count - 1; bit >= 0; bit--) {
            open = open << 1 | (int) (value >>> bit & 1);
            if (++openBits == Byte.SIZE) {
                bytes.write(open);
                open = 0;
                openBits = 0;
            }
        }
        return this;
    }

    /** Exp-Golomb code, unsigned. */
    BitWriter code(final int value) {
        final int length = Integer.SIZE - Integer.numberOfLeadingZeros(value + 1);
        return bits(2 * length - 1, value + 1);
    }

    BitWriter align() {
        return openBits == 0 ? this : bits(Byte.SIZE - openBits, 0);
    }

    /** As a unit of Annex B with its stop bit, start code and escapes. */
    byte[] nal(final int referenceIdc, final int type) {
        bits(1, 1).align();
        final ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.writeBytes(new byte[] {0, 0, 0, 1, (byte) (referenceIdc << 5 | type)});
        int zeros = 0;
        for (final byte value : bytes.toByteArray()) {
            if (zeros >= START_CODE_ZEROS && (value & 0xFF) <= LAST_TO_ESCAPE) {
                unit.write(LAST_TO_ESCAPE);
                zeros = 0;
            }
            unit.write(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }
        return unit.toByteArray();
    }
}
