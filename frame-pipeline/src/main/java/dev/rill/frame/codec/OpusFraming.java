package dev.rill.frame.codec;

import java.nio.ByteBuffer;

/** Control header of Opus in MPEG-TS (ETSI TS 103 491 style): 11 bits of ones, no flags, length of the unit. */
public final class OpusFraming {
    /** Longest unit that the header can express, in bytes. */
    public static final int MAX_UNIT_LENGTH = 61_440;

    private static final int PREFIX = 0x7FE0;
    private static final int MAX_STEP = 255;

    private final ByteBuffer header = ByteBuffer.allocate(3 + MAX_UNIT_LENGTH / MAX_STEP);

    /**
     * The header of a unit.
     *
     * @param length of the unit, {@value #MAX_UNIT_LENGTH} at most.
     * @return the header, valid until the next call.
     */
    public ByteBuffer header(final int length) {
        int rest = length;
        header.clear().putShort((short) PREFIX);
        while (rest >= MAX_STEP) {
            header.put((byte) MAX_STEP);
            rest -= MAX_STEP;
        }
        return header.put((byte) rest).flip();
    }
}
