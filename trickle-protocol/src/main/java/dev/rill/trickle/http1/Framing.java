package dev.rill.trickle.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Pieces of HTTP/1.1 that are encoded once, and numbers. */
final class Framing {
    private static final byte[] END_OF_LINE = ascii("\r\n");
    private static final ByteBuf CHUNK_END = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

    private Framing() {
    }

    static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static void putEndOfLine(final ByteBuf out) {
        out.writeBytes(END_OF_LINE);
    }

    static void putDecimal(final ByteBuf out, final long value) {
        if (value < 0) {
            out.writeCharSequence(Long.toString(value), StandardCharsets.US_ASCII);
            return;
        }
        long divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.writeByte('0' + (int) (value / divisor % 10));
        }
    }

    /** What follows the data of a chunk; shared, needs no release. */
    static ByteBuf chunkEnd() {
        return CHUNK_END.duplicate();
    }

    /** The chunk that ends a body; shared, needs no release. */
    static ByteBuf lastChunk() {
        return LAST_CHUNK.duplicate();
    }

    private static ByteBuf constant(final String text) {
        final ByteBuf buffer = Unpooled.directBuffer(text.length()).writeBytes(ascii(text));
        return Unpooled.unreleasableBuffer(buffer.asReadOnly());
    }
}
