package dev.rill.trickle.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One request as a {@link ScriptedServer} received it, and the means to answer it. */
abstract class Inbound {
    private final String method;
    private final String path;
    private final long arrivedNs = System.nanoTime();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int consumed;
    private boolean complete;
    private boolean gone;

    Inbound(final String method, final String path) {
        this.method = method;
        this.path = path;
    }

    final String method() {
        return method;
    }

    final String path() {
        return path;
    }

    final long arrivedNs() {
        return arrivedNs;
    }

    /** Value of a field, or null. */
    abstract String header(String name);

    final synchronized void append(final byte[] bytes) {
        body.write(bytes, 0, bytes.length);
    }

    final synchronized void complete() {
        complete = true;
    }

    final synchronized void gone() {
        gone = true;
    }

    /** Whether the request has ended. */
    final synchronized boolean isComplete() {
        return complete;
    }

    /** Whether the client has given up the connection or the stream. */
    final synchronized boolean isGone() {
        return gone;
    }

    /** The body bytes not consumed yet start with {@code text}, which is consumed. */
    final synchronized boolean consume(final String text) {
        final String all = body.toString(StandardCharsets.ISO_8859_1);
        final boolean there = all.startsWith(text, consumed);
        if (there) {
            consumed += text.length();
        }
        return there;
    }

    final synchronized String bodyText() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    /** Answers completely; the fields may name {@code Connection}. */
    abstract void respond(int status, Map<String, String> fields, String text);

    /** Sends a provisional answer. */
    abstract void respondProvisional(int status);

    /** Answers with a head only. */
    abstract void respondHead(int status, Map<String, String> fields);

    abstract void sendChunk(String text);

    abstract void endBody();

    /** Breaks the connection or the stream with an error. */
    abstract void reset();

    /** Closes this side after an answer. */
    abstract void finish();

    @Override
    public final String toString() {
        return method + ' ' + path;
    }
}
