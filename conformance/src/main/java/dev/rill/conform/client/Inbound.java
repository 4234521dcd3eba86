package dev.rill.conform.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One request as a {@link ScriptedServer} received it, and the means to answer it. Any thread. */
public abstract class Inbound {
    private final String method;
    private final String path;
    private final long arrivedNs = System.nanoTime();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int consumed;
    private boolean complete;
    private boolean gone;

    /**
     * @param method verb.
     * @param path   as it came.
     */
    protected Inbound(final String method, final String path) {
        this.method = method;
        this.path = path;
    }

    /** Verb. */
    public final String method() {
        return method;
    }

    /** Path as it came. */
    public final String path() {
        return path;
    }

    /** When its head had arrived, by {@link System#nanoTime}. */
    public final long arrivedNs() {
        return arrivedNs;
    }

    /** Value of a field, or null; names in any case. */
    public abstract String header(String name);

    /** False if the protocol has no such field, so that an expectation of it means nothing. */
    public abstract boolean carries(String name);

    /** More of the body has come; called by the server. */
    public final synchronized void append(final byte[] bytes) {
        body.write(bytes, 0, bytes.length);
    }

    /** The body has ended; called by the server. */
    public final synchronized void complete() {
        complete = true;
    }

    /** The client has given up; called by the server. */
    public final synchronized void gone() {
        gone = true;
    }

    /** Whether the request has ended. */
    public final synchronized boolean isComplete() {
        return complete;
    }

    /** Whether the client has given up the connection or the stream. */
    public final synchronized boolean isGone() {
        return gone;
    }

    /** The body bytes not consumed yet start with {@code text}, which is consumed. */
    public final synchronized boolean consume(final String text) {
        final String all = body.toString(StandardCharsets.ISO_8859_1);
        final boolean there = all.startsWith(text, consumed);
        if (there) {
            consumed += text.length();
        }
        return there;
    }

    /** All of the body so far. */
    public final synchronized String bodyText() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    /** Answers completely; the fields may name {@code Connection}. */
    public abstract void respond(int status, Map<String, String> fields, String text);

    /** Sends a provisional answer. */
    public abstract void respondProvisional(int status);

    /** Answers with a head only. */
    public abstract void respondHead(int status, Map<String, String> fields);

    /** Sends a piece of the body in one write. */
    public abstract void sendChunk(String text);

    /** Ends the body. */
    public abstract void endBody();

    /** Breaks the connection or the stream with an error. */
    public abstract void reset();

    /** Closes this side after an answer. */
    public abstract void finish();

    @Override
    public final String toString() {
        return method + ' ' + path;
    }
}
