package dev.rill.trickle.http1;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The short responses of the protocol: whole, written in one buffer. Event loop only. */
final class Responses {
    private Responses() {
    }

    /** A text with no field of the protocol. */
    static void text(final Http1Connection connection, final int status, final String text, final boolean close) {
        text(connection, status, text, close, Heads.NO_LINE);
    }

    /** A text with one more header line. */
    static void text(
        final Http1Connection connection, final int status, final String text, final boolean close, final byte[] line) {
        final ByteBuf out = Heads.begin(connection.context().alloc(), status);
        out.writeBytes(line);
        finish(connection, out, text, close);
    }

    /** 404 for an unknown channel; {@code closed} says that it once existed. */
    static void notFound(final Http1Connection connection, final boolean closed, final boolean close) {
        text(connection, 404, "Stream not found\n", close, closed ? Heads.CLOSED_LINE : Heads.NO_LINE);
    }

    /** 470: the pointer, and how far back the reader may still go. */
    static void outOfWindow(
        final Http1Connection connection, final long requested, final long pointer, final long oldest) {
        final ByteBuf out = Heads.begin(connection.context().alloc(), 470);
        Heads.put(out, Heads.LATEST, pointer);
        Heads.put(out, Heads.SEQ, requested);
        if (oldest >= 0) {
            Heads.put(out, Heads.OLDEST, oldest);
        }
        finish(connection, out, "Entry not found", false);
    }

    /** 200 with the pointer as text. */
    static void pointer(final Http1Connection connection, final long pointer, final boolean closed) {
        final ByteBuf out = Heads.begin(connection.context().alloc(), 200);
        Heads.put(out, Heads.LATEST, pointer);
        if (closed) {
            out.writeBytes(Heads.CLOSED_LINE);
        }
        finish(connection, out, Long.toString(pointer), false);
    }

    /** 200 without anything. */
    static void empty(final Http1Connection connection) {
        final ByteBuf out = Heads.begin(connection.context().alloc(), 200);
        out.writeBytes(Heads.EMPTY_LINE);
        Heads.end(out, connection.isClosing());
        connection.write(out);
        connection.responseEnd(false);
    }

    private static void finish(
        final Http1Connection connection, final ByteBuf out, final String text, final boolean close) {
        final byte[] body = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(Heads.TEXT_LINES);
        Heads.put(out, Heads.CONTENT_LENGTH, body.length);
        Heads.end(out, close || connection.isClosing());
        if (!connection.isHead()) {
            out.writeBytes(body);
        }
        connection.write(out);
        connection.responseEnd(close);
    }
}
