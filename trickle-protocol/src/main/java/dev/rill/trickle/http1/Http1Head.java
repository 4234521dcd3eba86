package dev.rill.trickle.http1;

import dev.rill.trickle.server.Field;
import dev.rill.trickle.server.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * A response head as it goes over the wire, in one small buffer:
 * {@code status line, fields, [Connection: close], empty line}. One per connection, used again for every response.
 */
final class Http1Head implements ResponseHead {
    private static final int TYPICAL_HEAD = 256;
    private static final byte[] OK_LINE = Framing.ascii("HTTP/1.1 200 OK\r\n");
    private static final byte[] CLOSE_LINE = Framing.ascii("Connection: close\r\n");
    private static final byte[] CHUNKED_LINE = Framing.ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] LENGTH = Framing.ascii("Content-Length: ");

    private ByteBuf buffer;

    /** Begins a head with its status line. */
    Http1Head begin(final ByteBufAllocator allocator, final int status) {
        assert buffer == null : "one head at a time";
        buffer = allocator.directBuffer(TYPICAL_HEAD);
        if (status == 200) {
            buffer.writeBytes(OK_LINE);
        } else {
            buffer.writeCharSequence(
                "HTTP/1.1 " + status + ' ' + Reasons.of(status) + "\r\n", StandardCharsets.US_ASCII);
        }
        return this;
    }

    @Override
    public void put(final Field field, final long value) {
        buffer.writeBytes(field.prefix());
        Framing.putDecimal(buffer, value);
        Framing.putEndOfLine(buffer);
    }

    @Override
    public void put(final Field field, final String value) {
        buffer.writeBytes(field.prefix());
        buffer.writeCharSequence(value, StandardCharsets.ISO_8859_1);
        Framing.putEndOfLine(buffer);
    }

    void putLength(final long length) {
        buffer.writeBytes(LENGTH);
        Framing.putDecimal(buffer, length);
        Framing.putEndOfLine(buffer);
    }

    void putChunked() {
        buffer.writeBytes(CHUNKED_LINE);
    }

    /** Ends the head; the caller owns the result, to which a body may be appended. */
    ByteBuf end(final boolean close) {
        if (close) {
            buffer.writeBytes(CLOSE_LINE);
        }
        Framing.putEndOfLine(buffer);
        final ByteBuf ended = buffer;
        buffer = null;
        return ended;
    }
}
