package dev.rill.conform.client;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** A request over a socket of its own. */
public final class SocketInbound extends Inbound {
    private final Socket socket;
    private final Map<String, String> headers;

    SocketInbound(final Socket socket, final String method, final String path, final Map<String, String> headers) {
        super(method, path);
        this.socket = socket;
        this.headers = headers;
    }

    @Override
    public String header(final String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean carries(final String name) {
        return true;
    }

    /** The connection that it came on. */
    public Socket socket() {
        return socket;
    }

    @Override
    public void respond(final int status, final Map<String, String> fields, final String text) {
        final StringBuilder head = head(status, fields);
        head.append("Content-Length: ").append(text.length()).append("\r\n\r\n").append(text);
        send(head.toString());
    }

    @Override
    public void respondProvisional(final int status) {
        send("HTTP/1.1 " + status + " Continue\r\n\r\n");
    }

    @Override
    public void respondHead(final int status, final Map<String, String> fields) {
        final boolean framed = fields.keySet().stream().anyMatch("transfer-encoding"::equalsIgnoreCase);
        send(head(status, fields).append(framed ? "\r\n" : "Transfer-Encoding: chunked\r\n\r\n").toString());
    }

    @Override
    public void sendChunk(final String text) {
        send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    @Override
    public void endBody() {
        send("0\r\n\r\n");
    }

    /** Sends what may be no HTTP at all. */
    public void send(final String text) {
        try {
            final OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        } catch (final IOException e) {
            throw new AssertionError("cannot answer " + this, e);
        }
    }

    @Override
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (final IOException e) {
            throw new AssertionError("cannot reset " + this, e);
        }
    }

    @Override
    public void finish() {
        try {
            socket.shutdownOutput();
        } catch (final IOException e) {
            throw new AssertionError("cannot finish " + this, e);
        }
    }

    private static StringBuilder head(final int status, final Map<String, String> fields) {
        final StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Whatever\r\n");
        fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head;
    }
}
