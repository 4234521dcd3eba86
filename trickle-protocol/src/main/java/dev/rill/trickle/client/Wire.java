package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What this client puts on the wire, and the header names it reads (sections 1 and 2.7 of the wire specification).
 * <pre>
 *   chunk:  length as upper-case hex without leading zeros | CR LF | payload | CR LF
 *   end:    "0" CR LF CR LF
 * </pre>
 */
final class Wire {
    static final AsciiString SEQ = AsciiString.cached("Lp-Trickle-Seq");
    static final AsciiString LATEST = AsciiString.cached("Lp-Trickle-Latest");
    static final AsciiString OLDEST = AsciiString.cached("Lp-Trickle-Oldest");
    static final AsciiString CLOSED = AsciiString.cached("Lp-Trickle-Closed");
    static final String RESET = "Lp-Trickle-Reset: 1\r\n";
    static final int NOT_RETAINED = 470;
    /** Value of a numeric header that is absent or not a decimal number. */
    static final long ABSENT = Long.MIN_VALUE;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final int CR_LF = '\r' << 8 | '\n';
    private static final ByteBuf LAST_CHUNK = Unpooled.unreleasableBuffer(
        Unpooled.directBuffer(5).writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)).asReadOnly());

    private Wire() {
    }

    /** A request head; {@code headers} are complete lines, each ended by CR LF. Caller owns the result. */
    static ByteBuf head(final ByteBufAllocator alloc, final String method, final String target, final String host,
        final String headers) {
        final String text = method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: rill\r\n" + headers
            + "\r\n";
        return ByteBufUtil.writeAscii(alloc, text);
    }

    /** Head of a segment's POST. */
    static ByteBuf post(final ByteBufAllocator alloc, final String target, final String host, final String contentType,
        final boolean reset) {
        return head(alloc, "POST", target, host,
            "Content-Type: " + contentType + "\r\nTransfer-Encoding: chunked\r\n" + (reset ? RESET : ""));
    }

    /** Bytes that a chunk with {@code length} payload bytes takes on the wire. */
    static int framedLength(final int length) {
        return hexDigits(length) + 4 + length;
    }

    /** One chunk around a copy of {@code payload}, which is consumed and must not be empty. Caller owns the result. */
    static ByteBuf chunk(final ByteBufAllocator alloc, final ByteBuffer payload) {
        final int length = payload.remaining();
        final ByteBuf chunk = alloc.directBuffer(framedLength(length));
        for (int digit = hexDigits(length) - 1; digit >= 0; digit--) {
            chunk.writeByte(HEX[length >>> 4 * digit & 0xF]);
        }
        return chunk.writeShort(CR_LF).writeBytes(payload).writeShort(CR_LF);
    }

    /** The end of a chunked body. Releasing it has no effect. */
    static ByteBuf lastChunk() {
        return LAST_CHUNK.duplicate();
    }

    /** A header as a decimal number, or {@link #ABSENT}. */
    static long number(final HttpHeaders headers, final AsciiString name) {
        final String text = headers.get(name);
        if (text == null) {
            return ABSENT;
        }
        try {
            return Long.parseLong(text.trim());
        } catch (final NumberFormatException e) {
            return ABSENT;
        }
    }

    private static int hexDigits(final int length) {
        return Math.max(1, 8 - Integer.numberOfLeadingZeros(length) / 4);
    }
}
