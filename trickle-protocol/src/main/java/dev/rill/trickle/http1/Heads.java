package dev.rill.trickle.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Pre-encoded response heads and chunk framing. A head is built as
 * {@code status line, fields, [Connection: close], empty line} in one small buffer.
 */
final class Heads {
    static final byte[] SEQ = ascii("Lp-Trickle-Seq: ");
    static final byte[] LATEST = ascii("Lp-Trickle-Latest: ");
    static final byte[] OLDEST = ascii("Lp-Trickle-Oldest: ");
    static final byte[] SIZE = ascii("Lp-Trickle-Size: ");
    static final byte[] CONTENT_TYPE = ascii("Content-Type: ");
    static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    static final byte[] CLOSED_LINE = ascii("Lp-Trickle-Closed: terminated\r\n");
    static final byte[] TRUNCATED_LINE = ascii("Lp-Trickle-Truncated: 1\r\n");
    static final byte[] CHUNKED_LINE = ascii("Transfer-Encoding: chunked\r\n");
    static final byte[] EMPTY_LINE = ascii("Content-Length: 0\r\n");
    static final byte[] CLOSE_LINE = ascii("Connection: close\r\n");
    static final byte[] TEXT_LINES = ascii(
        "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n");
    static final byte[] ALLOW_SEGMENT_LINE = ascii("Allow: DELETE, GET, HEAD, POST\r\n");
    static final byte[] ALLOW_CHANNEL_LINE = ascii("Allow: DELETE, POST\r\n");
    static final byte[] NO_LINE = {};

    private static final byte[] END_OF_LINE = ascii("\r\n");
    private static final byte[] OK_LINE = ascii("HTTP/1.1 200 OK\r\n");
    private static final int OUT_OF_WINDOW = 470;
    private static final int TYPICAL_HEAD = 256;
    private static final Map<Integer, String> REASONS = Map.ofEntries(
        Map.entry(200, "OK"),
        Map.entry(201, "Created"),
        Map.entry(202, "Accepted"),
        Map.entry(204, "No Content"),
        Map.entry(400, "Bad Request"),
        Map.entry(401, "Unauthorized"),
        Map.entry(402, "Payment Required"),
        Map.entry(403, "Forbidden"),
        Map.entry(404, "Not Found"),
        Map.entry(405, "Method Not Allowed"),
        Map.entry(409, "Conflict"),
        Map.entry(413, "Content Too Large"),
        Map.entry(414, "URI Too Long"),
        Map.entry(429, "Too Many Requests"),
        Map.entry(431, "Request Header Fields Too Large"),
        Map.entry(OUT_OF_WINDOW, "Segment Not Available"),
        Map.entry(500, "Internal Server Error"),
        Map.entry(501, "Not Implemented"),
        Map.entry(502, "Bad Gateway"),
        Map.entry(503, "Service Unavailable"),
        Map.entry(504, "Gateway Timeout"),
        Map.entry(505, "HTTP Version Not Supported"));
    private static final ByteBuf CHUNK_END = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");
    private static final ByteBuf CONTINUE = constant("HTTP/1.1 100 Continue\r\n\r\n");

    private Heads() {
    }

    /** Begins a head with its status line. */
    static ByteBuf begin(final ByteBufAllocator allocator, final int status) {
        final ByteBuf head = allocator.directBuffer(TYPICAL_HEAD);
        if (status == 200) {
            head.writeBytes(OK_LINE);
        } else {
            head.writeCharSequence("HTTP/1.1 " + status + ' ' + REASONS.getOrDefault(status, "Status") + "\r\n",
                StandardCharsets.US_ASCII);
        }
        return head;
    }

    /** A field with a number. */
    static void put(final ByteBuf head, final byte[] name, final long value) {
        head.writeBytes(name);
        putDecimal(head, value);
        head.writeBytes(END_OF_LINE);
    }

    /** A field with a text that is known to hold no line break. */
    static void put(final ByteBuf head, final byte[] name, final String value) {
        head.writeBytes(name);
        head.writeCharSequence(value, StandardCharsets.ISO_8859_1);
        head.writeBytes(END_OF_LINE);
    }

    /** Ends a head. */
    static void end(final ByteBuf head, final boolean close) {
        if (close) {
            head.writeBytes(CLOSE_LINE);
        }
        head.writeBytes(END_OF_LINE);
    }

    /** Line that precedes the data of a chunk. */
    static void putChunkSize(final ByteBuf out, final long size) {
        int shift = Long.SIZE - 4 - (Long.numberOfLeadingZeros(size) & ~3);
        for (; shift >= 0; shift -= 4) {
            out.writeByte(Character.forDigit((int) (size >>> shift) & 0xF, 16));
        }
        out.writeBytes(END_OF_LINE);
    }

    /** What follows the data of a chunk; shared, needs no release. */
    static ByteBuf chunkEnd() {
        return CHUNK_END.duplicate();
    }

    /** The chunk that ends a body; shared, needs no release. */
    static ByteBuf lastChunk() {
        return LAST_CHUNK.duplicate();
    }

    /** The provisional response; shared, needs no release. */
    static ByteBuf provisional() {
        return CONTINUE.duplicate();
    }

    static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void putDecimal(final ByteBuf head, final long value) {
        if (value < 0) {
            head.writeCharSequence(Long.toString(value), StandardCharsets.US_ASCII);
            return;
        }
        long divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            head.writeByte('0' + (int) (value / divisor % 10));
        }
    }

    private static ByteBuf constant(final String text) {
        final ByteBuf buffer = Unpooled.directBuffer(text.length()).writeBytes(ascii(text));
        return Unpooled.unreleasableBuffer(buffer.asReadOnly());
    }
}
