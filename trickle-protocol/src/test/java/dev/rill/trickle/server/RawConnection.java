package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that speaks HTTP/1.1 over a plain socket and sees every byte: heads, chunks and ends. Each read has a
 * deadline.
 */
final class RawConnection implements AutoCloseable {
    private static final byte[] CRLF = {'\r', '\n'};

    private final Socket socket;
    private final ArrayDeque<String> methods = new ArrayDeque<>();
    private final byte[] buffer = new byte[64 << 10];
    private int begin;
    private int end;
    private long deadlineNs;
    private int status;
    private Map<String, String> headers = Map.of();
    private boolean bodyOpen;
    private boolean chunked;
    private long left;
    private boolean untilClose;

    RawConnection(final int port, final int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    }

    /** Sends a head and, if given, a whole body. */
    void request(final String method, final String path, final String fields, final byte[] body) throws IOException {
        methods.add(method);
        final byte[] head = (method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head);
        out.write(body);
        send(out.toByteArray());
    }

    void send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void chunk(final String text) throws IOException {
        final byte[] data = text.getBytes(StandardCharsets.UTF_8);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.toHexString(data.length).getBytes(StandardCharsets.US_ASCII));
        out.write(CRLF);
        out.write(data);
        out.write(CRLF);
        send(out.toByteArray());
    }

    void endChunks() throws IOException {
        send("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    int status() {
        return status;
    }

    String header(final String name) {
        return headers.get(name);
    }

    /** Reads the head of the next final response. */
    void awaitFinalHead(final long withinMs) throws IOException {
        deadline(withinMs);
        if (bodyOpen) {
            readBody();
        }
        do {
            readHead();
        } while (status < 200);
        beginBody(methods.poll());
    }

    /** Reads one informational response. */
    void awaitInterim(final long withinMs) throws IOException {
        deadline(withinMs);
        readHead();
        assertThat(status).as("interim status").isLessThan(200);
    }

    /** Reads the rest of the body up to its clean end. */
    byte[] awaitBody(final long withinMs) throws IOException {
        deadline(withinMs);
        return readBody();
    }

    /** Reads exactly so many bytes of the body; fewer if it ends before. */
    byte[] awaitBodyBytes(final int length, final long withinMs) throws IOException {
        deadline(withinMs);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < length && nextData()) {
            takeData(out, length - out.size());
        }
        return out.toByteArray();
    }

    /** Reads the first chunk of the body, whole. */
    byte[] awaitFirstChunk(final long withinMs) throws IOException {
        deadline(withinMs);
        assertThat(chunked).as("chunked response").isTrue();
        assertThat(nextData()).as("a first chunk").isTrue();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        takeData(out, (int) left);
        return out.toByteArray();
    }

    void assertNothing(final long forMs) throws IOException {
        deadline(forMs);
        if (begin < end || fill()) {
            fail("expected no byte for " + forMs + " ms, got: "
                + new String(buffer, begin, end - begin, StandardCharsets.ISO_8859_1));
        }
    }

    void assertClosed(final long withinMs) throws IOException {
        deadline(withinMs);
        if (bodyOpen) {
            readBody();
        }
        try {
            final boolean more = begin < end || fill();
            assertThat(more).as("bytes instead of the end of the connection").isFalse();
            assertThat(System.nanoTime()).as("connection still open after " + withinMs + " ms")
                .isLessThan(deadlineNs);
        } catch (final SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void deadline(final long withinMs) {
        deadlineNs = System.nanoTime() + withinMs * 1_000_000;
    }

    private void readHead() throws IOException {
        final String line = line();
        assertThat(line).as("status line").startsWith("HTTP/1.1 ");
        status = Integer.parseInt(line.substring(9, 12));
        headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String field = line(); !field.isEmpty(); field = line()) {
            final int colon = field.indexOf(':');
            headers.put(field.substring(0, colon), field.substring(colon + 1).trim());
        }
    }

    private void beginBody(final String method) {
        chunked = "chunked".equals(headers.get("Transfer-Encoding"));
        final String length = headers.get("Content-Length");
        untilClose = !chunked && length == null;
        left = length == null ? 0 : Long.parseLong(length);
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
        if (!bodyOpen) {
            return false;
        }
        if (untilClose) {
            left = Long.MAX_VALUE;
            bodyOpen = begin < end || fill();
        } else if (left == 0 && chunked) {
            left = Long.parseLong(line(), 16);
            if (left == 0) {
                assertThat(line()).as("end of the last chunk").isEmpty();
                bodyOpen = false;
            }
        } else if (left == 0) {
            bodyOpen = false;
        }
        return bodyOpen;
    }

    private void takeData(final ByteArrayOutputStream out, final int most) throws IOException {
        int wanted = (int) Math.min(most, left);
        while (wanted > 0) {
            if (begin == end) {
                require(fill());
            }
            final int step = Math.min(wanted, end - begin);
            out.write(buffer, begin, step);
            begin += step;
            wanted -= step;
            left -= step;
            if (untilClose) {
                return;
            }
        }
        if (left == 0 && chunked) {
            assertThat(line()).as("end of a chunk").isEmpty();
        }
    }

    private String line() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            if (begin == end) {
                require(fill());
            }
            final byte b = buffer[begin++];
            if (b == '\n') {
                final String text = out.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            out.write(b);
        }
    }

    private void require(final boolean filled) {
        if (!filled) {
            fail(System.nanoTime() >= deadlineNs ? "nothing more within the time" : "the server closed the connection");
        }
    }

    /** False at the deadline and at the end of the stream. */
    private boolean fill() throws IOException {
        final long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
            return false;
        }
        socket.setSoTimeout((int) leftMs);
        final InputStream in = socket.getInputStream();
        try {
            final int count = in.read(buffer);
            begin = 0;
            end = Math.max(0, count);
            return count > 0;
        } catch (final SocketTimeoutException e) {
            deadlineNs = System.nanoTime();
            return false;
        }
    }
}
