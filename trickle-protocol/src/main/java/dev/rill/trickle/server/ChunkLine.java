package dev.rill.trickle.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The line before a chunk of HTTP/1.1, {@code size in hex, CR, LF}: encoded once for all who get a chunk of the same
 * size in a row. Event loop only.
 */
public final class ChunkLine {
    private static final int MAX_LENGTH = 18;

    private int size = -1;
    private ByteBuf line;

    ChunkLine() {
    }

    /**
     * The line for a size.
     *
     * @param wanted    bytes of the chunk, at least 1.
     * @param allocator for a line that is not there yet.
     * @return the caller owns one reference.
     */
    public ByteBuf retained(final int wanted, final ByteBufAllocator allocator) {
        if (size != wanted) {
            release();
            line = allocator.directBuffer(MAX_LENGTH);
            put(line, wanted);
            size = wanted;
        }
        return line.retainedDuplicate();
    }

    void release() {
        if (line != null) {
            line.release();
            line = null;
            size = -1;
        }
    }

    /**
     * Appends a line.
     *
     * @param out  of which it becomes a part.
     * @param size bytes of the chunk.
     */
    public static void put(final ByteBuf out, final long size) {
        int shift = Long.SIZE - 4 - (Long.numberOfLeadingZeros(size) & ~3);
        for (; shift >= 0; shift -= 4) {
            out.writeByte(Character.forDigit((int) (size >>> shift) & 0xF, 16));
        }
        out.writeByte('\r').writeByte('\n');
    }
}
