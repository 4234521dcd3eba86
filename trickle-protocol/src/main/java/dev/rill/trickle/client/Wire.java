package dev.rill.trickle.client;

import dev.rill.trickle.EndReason;
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
    static final String RESET = "Lp-Trickle-Reset";
    static final String USER_AGENT = "rill";
    static final int NOT_FOUND = 404;
    static final int NOT_RETAINED = 470;
    /** Value of a numeric header that is absent or not a decimal number. */
    static final long ABSENT = Long.MIN_VALUE;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final int CR_LF = '\r' << 8 | '\n';
    private static final int CR_LF_LENGTH = 2;
    private static final ByteBuf LAST_CHUNK = Unpooled.unreleasableBuffer(
        Unpooled.directBuffer(5).writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)).asReadOnly());

    private Wire() {
    }

    /** A request head of HTTP/1.1. Caller owns the result. */
    static ByteBuf head(final ByteBufAllocator alloc, final RequestHead head) {
        final StringBuilder text = new StringBuilder(256);
        text.append(head.method()).append(' ').append(head.target()).append(" HTTP/1.1\r\n");
        field(text, "Host", head.origin().host());
        field(text, "User-Agent", USER_AGENT);
        for (int i = 0; i < head.fields().size(); i += 2) {
            field(text, head.fields().get(i), head.fields().get(i + 1));
        }
        if (head.isStreamed()) {
            field(text, "Transfer-Encoding", "chunked");
        }
        return ByteBufUtil.writeAscii(alloc, text.append("\r\n"));
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

    /** The payload within a chunk made by {@link #chunk}: a view that has taken over the chunk's reference. */
    static ByteBuf payload(final ByteBuf chunk) {
        final int begin = chunk.readerIndex();
        final int line = chunk.bytesBefore((byte) '\n') + 1;
        return chunk.slice(begin + line, chunk.readableBytes() - line - CR_LF_LENGTH);
    }

    /** The end of a chunked body. Releasing it has no effect. */
    static ByteBuf lastChunk() {
        return LAST_CHUNK.duplicate();
    }

    /** Whether a status other than 200 says that trying again is of no use. */
    static boolean isFinal(final int status) {
        return status == NOT_FOUND || status == UNAUTHORIZED || status == FORBIDDEN;
    }

    /** What a {@link #isFinal final} status means where no data was seen. */
    static EndReason endReason(final int status) {
        return status == NOT_FOUND ? EndReason.CHANNEL_NOT_FOUND : EndReason.REFUSED;
    }

    /** Whether a status says that nothing was done with the request, and that another time it may be. */
    static boolean isBusy(final int status) {
        return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
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

    private static void field(final StringBuilder text, final String name, final String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }

    private static int hexDigits(final int length) {
        return Math.max(1, 8 - Integer.numberOfLeadingZeros(length) / 4);
    }
}
