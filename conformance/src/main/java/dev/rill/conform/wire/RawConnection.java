package dev.rill.conform.wire;

import dev.rill.conform.Mismatch;
import dev.rill.conform.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1 over one plain socket, heads and chunks byte by byte. Not thread-safe. */
public final class RawConnection implements Connection {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] NO_BODY = {};
    private static final String STATUS_LINE = "HTTP/1\\.1 [1-9][0-9][0-9]( .*)?";

    private final String authority;
    private final Socket tcp;
    private final Socket socket;
    private final ByteSource source;
    private final ArrayDeque<String> methods = new ArrayDeque<>();
    private int status;
    private Map<String, String> headers = Map.of();
    private boolean bodyOpen;
    private boolean chunked;
    private boolean untilClose;
    private long left;

    RawConnection(final String authority, final Socket tcp, final Socket socket) {
        this.authority = authority;
        this.tcp = tcp;
        this.socket = socket;
        this.source = new ByteSource(socket);
    }

    /**
     * Connects to a server on this machine and sends nothing.
     *
     * @param port          TCP port.
     * @param receiveBuffer size of the receive buffer in bytes; 0 for the system's default.
     * @throws IOException if nobody listens there.
     */
    public RawConnection(final int port, final int receiveBuffer) throws IOException {
        this(InetAddress.getLoopbackAddress().getHostAddress(), Endpoint.local(port, "/").connect(receiveBuffer));
    }

    private RawConnection(final String authority, final Socket socket) {
        this(authority, socket, socket);
    }

    @Override
    public void request(final Outgoing request) throws IOException {
        final StringBuilder fields = new StringBuilder();
        request.headers().forEach((name, value) -> fields.append(name).append(": ").append(value).append("\r\n"));
        if (request.body() != null) {
            fields.append("Content-Length: ").append(request.body().length).append("\r\n");
        } else if (request.open()) {
            fields.append("Transfer-Encoding: chunked\r\n");
        }
        request(
            request.method(), request.path(), fields.toString(), request.body() == null ? NO_BODY : request.body());
    }

    /**
     * Sends a head with these header lines and, behind it, these bytes, in one write.
     *
     * @param method verb.
     * @param path   as it goes over the wire.
     * @param fields header lines, each with its line end; {@code Host} is added.
     * @param body   may be empty.
     * @throws IOException if the socket fails.
     */
    public void request(final String method, final String path, final String fields, final byte[] body)
        throws IOException {
        methods.add(method);
        source.forget();
        final String head = method + ' ' + path + " HTTP/1.1\r\nHost: " + authority + "\r\n" + fields + "\r\n";
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(body);
        send(out.toByteArray());
    }

    /** Says of which verb a request is that {@link #send} will send: a HEAD has no body in its response. */
    public void expect(final String method) {
        methods.add(method);
    }

    /** Ends the output; what is answered can still be read. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * Reads everything that still comes, up to the end of the connection.
     *
     * @param withinMs deadline of all of it.
     * @return bytes as they came.
     * @throws IOException if the connection fails.
     */
    public byte[] awaitEverything(final long withinMs) throws IOException {
        source.deadline(withinMs);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (source.hasByte()) {
            source.take(out, Integer.MAX_VALUE, "connection");
        }
        if (!source.isEnded()) {
            throw new Mismatch("connection", "its end", source.lack());
        }
        return out.toByteArray();
    }

    /** Sends these bytes as they are, in one write. */
    public void send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    @Override
    public void chunk(final byte[] data) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Integer.toHexString(data.length).getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(CRLF);
        out.writeBytes(data);
        out.writeBytes(CRLF);
        send(out.toByteArray());
    }

    /** Sends a text as one chunk in one write. */
    public void chunk(final String text) throws IOException {
        chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void endBody() throws IOException {
        send("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void reset() throws IOException {
        tcp.setSoLinger(true, 0);
        tcp.close();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String header(final String name) {
        return headers.get(name);
    }

    @Override
    public boolean carries(final String headerName) {
        return true;
    }

    @Override
    public void awaitFinalHead(final long withinMs) throws IOException {
        source.deadline(withinMs);
        if (bodyOpen) {
            readBody();
        }
        do {
            readHead("head of the final response");
        } while (status < 200);
        beginBody(methods.poll());
    }

    @Override
    public void awaitInterim(final long withinMs) throws IOException {
        source.deadline(withinMs);
        readHead("informational response");
        if (status >= 200) {
            throw new Mismatch("informational response", "1xx", String.valueOf(status));
        }
    }

    @Override
    public byte[] awaitBody(final long withinMs) throws IOException {
        source.deadline(withinMs);
        return readBody();
    }

    @Override
    public byte[] awaitBodyBytes(final int length, final long withinMs) throws IOException {
        source.deadline(withinMs);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < length && nextData()) {
            takeData(out, length - out.size());
        }
        return out.toByteArray();
    }

    @Override
    public byte[] awaitFirstChunk(final long withinMs) throws IOException {
        source.deadline(withinMs);
        if (!chunked || !nextData()) {
            throw new Mismatch("body", "a chunk", chunked ? "an empty chunked body" : "a body without chunks");
        }
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        takeData(out, (int) left);
        return out.toByteArray();
    }

    @Override
    public void assertNothing(final long forMs) throws IOException {
        source.deadline(forMs);
        final boolean some = source.hasByte();
        if (some || source.isEnded()) {
            throw new Mismatch("silence", "no byte for " + forMs + " ms", some ? source.rest() : source.lack());
        }
    }

    @Override
    public void assertClosed(final long withinMs) throws IOException {
        source.deadline(withinMs);
        if (bodyOpen) {
            readBody();
        }
        try {
            final boolean some = source.hasByte();
            if (some || !source.isEnded()) {
                throw new Mismatch("connection", "its end", some ? source.rest() : source.lack());
            }
        } catch (final SocketException e) {
            // A reset after everything was read is an end as well.
            if (!String.valueOf(e.getMessage()).contains("reset")) {
                throw e;
            }
        }
    }

    @Override
    public String received() {
        return source.received();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void readHead(final String what) throws IOException {
        final String line = source.line(what);
        if (!line.matches(STATUS_LINE)) {
            throw new Mismatch(what, "a status line of HTTP/1.1", Printable.of(line));
        }
        status = Integer.parseInt(line.substring(9, 12));
        headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String field = source.line(what); !field.isEmpty(); field = source.line(what)) {
            addHeader(field);
        }
    }

    private void addHeader(final String field) {
        final int colon = field.indexOf(':');
        if (colon <= 0) {
            throw new Mismatch("header line", "NAME: VALUE", Printable.of(field));
        }
        headers.merge(field.substring(0, colon), field.substring(colon + 1).trim(), (one, other) -> one + ", " + other);
    }

    private void beginBody(final String method) {
        chunked = "chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"));
        final String length = headers.get("Content-Length");
        if (length != null && !length.matches("[0-9]{1,18}")) {
            throw new Mismatch("Content-Length", "one number", Printable.of(length));
        }
        untilClose = !chunked && length == null;
        left = length == null || chunked ? 0 : Long.parseLong(length);
        bodyOpen = !"HEAD".equals(method) && (chunked || untilClose || left > 0);
    }

    private byte[] readBody() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (nextData()) {
            takeData(out, Integer.MAX_VALUE);
        }
        return out.toByteArray();
    }

    /** True if a byte of the body follows; false at its clean end. */
    private boolean nextData() throws IOException {
        if (bodyOpen && untilClose) {
            left = Long.MAX_VALUE;
            bodyOpen = source.hasByte();
            if (!bodyOpen && !source.isEnded()) {
                throw new Mismatch("body", "more bytes or its end", source.lack());
            }
        } else if (bodyOpen && left == 0 && chunked) {
            beginChunk();
        } else if (left == 0) {
            bodyOpen = false;
        }
        return bodyOpen;
    }

    private void beginChunk() throws IOException {
        final String size = source.line("body, next chunk");
        if (!size.matches("[0-9a-fA-F]{1,8}")) {
            throw new Mismatch("size of a chunk", "a hexadecimal number", Printable.of(size));
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            requireEmptyLine("end of the last chunk");
            bodyOpen = false;
        }
    }

    private void takeData(final ByteArrayOutputStream out, final int most) throws IOException {
        int wanted = (int) Math.min(most, left);
        while (wanted > 0) {
            final int step = source.take(out, wanted, "body");
            wanted = untilClose ? 0 : wanted - step;
            left -= step;
        }
        if (left == 0 && chunked) {
            requireEmptyLine("end of a chunk");
        }
    }

    private void requireEmptyLine(final String what) throws IOException {
        final String line = source.line(what);
        if (!line.isEmpty()) {
            throw new Mismatch(what, "an empty line", Printable.of(line));
        }
    }
}
