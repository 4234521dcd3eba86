package dev.rill.trickle.server;

import dev.rill.trickle.channel.Changefeed;
import java.nio.charset.StandardCharsets;

/** The short responses of the protocol, each whole. Event loop only. */
public final class Responses {
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
    private static final String TERMINATED = "terminated";

    private Responses() {
    }

    /**
     * A text with no field of the protocol.
     *
     * @param stream whose request is answered.
     * @param status final.
     * @param text   the body.
     * @param close  whether the rest of the request is not wanted.
     */
    public static void text(final ServerStream stream, final int status, final String text, final boolean close) {
        finish(stream, stream.begin(status), text, close);
    }

    /** 405 with the verbs that the path knows. */
    static void notAllowed(final ServerStream stream, final String verbs) {
        final ResponseHead head = stream.begin(405);
        head.put(Field.ALLOW, verbs);
        finish(stream, head, "Method Not Allowed\n", false);
    }

    /** 404 for an unknown channel; {@code closed} says that it once existed. */
    static void notFound(final ServerStream stream, final boolean closed, final boolean close) {
        final ResponseHead head = stream.begin(404);
        if (closed) {
            putClosed(head);
        }
        finish(stream, head, "Stream not found\n", close);
    }

    /** 470: the pointer, and how far back the reader may still go. */
    static void outOfWindow(final ServerStream stream, final long requested, final long pointer, final long oldest) {
        final ResponseHead head = stream.begin(470);
        head.put(Field.LATEST, pointer);
        head.put(Field.SEQ, requested);
        if (oldest >= 0) {
            head.put(Field.OLDEST, oldest);
        }
        finish(stream, head, "Entry not found", false);
    }

    /** 200 with the pointer as text. */
    static void pointer(final ServerStream stream, final long pointer, final boolean closed) {
        final ResponseHead head = stream.begin(200);
        head.put(Field.LATEST, pointer);
        if (closed) {
            putClosed(head);
        }
        finish(stream, head, Long.toString(pointer), false);
    }

    /** 200 with every name; {@code Lp-Trickle-Seq} is the last event that it knows of. */
    static void snapshot(final ServerStream stream, final Changefeed.Snapshot snapshot) {
        final ResponseHead head = stream.begin(200);
        head.put(Field.CONTENT_TYPE, Changefeed.CONTENT_TYPE);
        head.put(Field.LATEST, snapshot.pointer());
        head.put(Field.SEQ, snapshot.pointer() - 1);
        stream.respond(head, snapshot.json(), false);
    }

    /** 200 without anything. */
    static void empty(final ServerStream stream) {
        stream.respond(stream.begin(200), ServerStream.NO_BODY, false);
    }

    /** The marker of a closed channel. */
    static void putClosed(final ResponseHead head) {
        head.put(Field.CLOSED, TERMINATED);
    }

    /** Ends a response with a text for people. */
    static void finish(
        final ServerStream stream, final ResponseHead head, final String text, final boolean close) {
        head.put(Field.CONTENT_TYPE, PLAIN_TEXT);
        head.put(Field.NO_SNIFF, "nosniff");
        stream.respond(head, text.getBytes(StandardCharsets.UTF_8), close);
    }
}
