package dev.rill.frame.ts;

import java.nio.ByteBuffer;

/** CRC of program information (ISO/IEC 13818-1 annex A): polynomial 0x04C11DB7, not reflected, no final xor. */
final class Crc32Mpeg {
    private static final int[] TABLE = table();

    private Crc32Mpeg() {
    }

    /**
     * CRC over {@code length} bytes; 0 when the range includes its own correct CRC.
     */
    static int of(final ByteBuffer bytes, final int offset, final int length) {
        int crc = -1;
        for (int i = offset; i < offset + length; i++) {
            crc = crc << 8 ^ TABLE[(crc >>> 24 ^ bytes.get(i)) & 0xFF];
        }
        return crc;
    }

    private static int[] table() {
        final int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc < 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
            }
            table[i] = crc;
        }
        return table;
    }
}
