package dev.rill.trickle.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** One request as a {@link ScriptedServer} received it, and the means to answer it. */
final class Inbound {
    private final Socket socket;
    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final long arrivedNs;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int consumed;
    private boolean complete;
    private boolean gone;

    Inbound(final Socket socket, final String method, final String path, final Map<String, String> headers) {
        this.socket = socket;
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.arrivedNs = System.nanoTime();
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    String header(final String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    long arrivedNs() {
        return arrivedNs;
    }

    Socket socket() {
        return socket;
    }

    synchronized void append(final byte[] bytes) {
        body.write(bytes, 0, bytes.length);
        notifyAll();
    }

    synchronized void complete() {
        complete = true;
        notifyAll();
    }

    synchronized void gone() {
        gone = true;
        notifyAll();
    }

    synchronized boolean isComplete() {
        return complete;
    }

    synchronized boolean isGone() {
        return gone;
    }

    /** The body bytes not consumed yet start with {@code text}, which is consumed. */
    synchronized boolean consume(final String text) {
        final String all = body.toString(StandardCharsets.ISO_8859_1);
        final boolean there = all.startsWith(text, consumed);
        if (there) {
            consumed += text.length();
        }
        return there;
    }

    synchronized String bodyText() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    /** Answers completely, with a Content-Length. */
    void respond(final int status, final Map<String, String> fields, final String text) {
        final StringBuilder head = head(status, fields);
        head.append("Content-Length: ").append(text.length()).append("\r\n\r\n").append(text);
        send(head.toString());
    }

    /** Answers with a head only. */
    void respondHead(final int status, final Map<String, String> fields) {
        send(head(status, fields).append("\r\n").toString());
    }

    void sendChunk(final String text) {
        send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    void endBody() {
        send("0\r\n\r\n");
    }

    void send(final String text) {
        try {
            final OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        } catch (final IOException e) {
            throw new AssertionError("cannot answer " + method + ' ' + path, e);
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (final IOException e) {
            throw new AssertionError("cannot reset " + method + ' ' + path, e);
        }
    }

    void finish() {
        try {
            socket.shutdownOutput();
        } catch (final IOException e) {
            throw new AssertionError("cannot finish " + method + ' ' + path, e);
        }
    }

    @Override
    public String toString() {
        return method + ' ' + path;
    }

    private static StringBuilder head(final int status, final Map<String, String> fields) {
        final StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Whatever\r\n");
        fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head;
    }
}
