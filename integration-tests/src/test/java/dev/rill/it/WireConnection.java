package dev.rill.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One connection of an example: lines out, lines in. Every line ends with CR LF but for a body whose length a header
 * tells: its lines end with LF alone, the last one with nothing.
 */
final class WireConnection implements AutoCloseable {
    private static final int DEADLINE_MS = 10_000;
    private static final int SILENCE_MS = 150;
    private static final String LENGTH = "Content-Length: ";

    private final Socket socket;
    private final InputStream in;
    private boolean requestHead;
    private boolean bodyAhead;
    private boolean requestBody;
    private int responseBody;

    WireConnection(final int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends these lines in one write. */
    void send(final List<String> lines) throws IOException {
        final StringBuilder out = new StringBuilder();
        for (final String line : lines) {
            out.append(line).append(requestBody ? "" : "\r\n");
            follow(line);
        }
        socket.getOutputStream().write(out.toString().getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private void follow(final String line) {
        requestBody = false;
        if (line.endsWith(" HTTP/1.1")) {
            requestHead = true;
            bodyAhead = false;
        } else if (requestHead && line.startsWith(LENGTH)) {
            bodyAhead = !line.equals(LENGTH + 0);
        } else if (requestHead && line.isEmpty()) {
            requestHead = false;
            requestBody = bodyAhead;
        }
    }

    /** Expects exactly these lines; the order of the fields of a head is free and {@code ~} stands for any number. */
    void expect(final List<String> lines) throws IOException {
        socket.setSoTimeout(DEADLINE_MS);
        int next = 0;
        while (next < lines.size()) {
            next += expectNext(lines.subList(next, lines.size()));
        }
    }

    /** Expects a head, a body whose length is known, or a line, and tells how many of these lines that was. */
    private int expectNext(final List<String> lines) throws IOException {
        if (lines.get(0).startsWith("HTTP/1.1 ")) {
            expectHead(lines.subList(0, lines.indexOf("")));
            return lines.indexOf("") + 1;
        }
        final List<String> actual = responseBody > 0 ? body() : List.of(line());
        assertThat(actual).isEqualTo(lines.subList(0, Math.min(actual.size(), lines.size())));
        return actual.size();
    }

    private List<String> body() throws IOException {
        final String body = new String(in.readNBytes(responseBody), ISO_8859_1);
        responseBody = 0;
        return List.of(body.split("\n", -1));
    }

    private void expectHead(final List<String> expected) throws IOException {
        final List<String> actual = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            actual.add(line);
        }
        assertThat(actual).isNotEmpty();
        assertThat(actual.get(0)).isEqualTo(expected.get(0));
        assertThat(actual).usingElementComparator(WireConnection::compare)
            .containsExactlyInAnyOrderElementsOf(expected);
        responseBody = actual.stream().filter(field -> field.startsWith(LENGTH))
            .mapToInt(field -> Integer.parseInt(field.substring(LENGTH.length()))).findFirst().orElse(0);
    }

    private static int compare(final String actual, final String expected) {
        final String pattern = Pattern.quote(expected).replace("~", "\\E[0-9]+\\Q");
        return actual.matches(pattern) ? 0 : actual.compareTo(expected);
    }

    /** Expects that nothing comes for a short while. */
    void expectSilence() throws IOException {
        socket.setSoTimeout(SILENCE_MS);
        try {
            fail("expected nothing, received byte %d", in.read());
        } catch (final SocketTimeoutException expected) {
            assertThat(socket.isClosed()).isFalse();
        }
    }

    /** Expects the end of the connection and no byte before it. */
    void expectEnd() throws IOException {
        socket.setSoTimeout(DEADLINE_MS);
        assertThat(in.read()).isEqualTo(-1);
    }

    private String line() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            assertThat(next).as("end of the connection within the line \"%s\"", line).isNotNegative();
            line.write(next);
        }
        assertThat(line.toString(ISO_8859_1)).endsWith("\r");
        return line.toString(ISO_8859_1).substring(0, line.size() - 1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
