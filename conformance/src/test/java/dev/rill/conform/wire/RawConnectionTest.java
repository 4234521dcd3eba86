package dev.rill.conform.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.Mismatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection makes of the bytes of a peer. */
class RawConnectionTest {
    private static final long WITHIN_MS = 2_000;
    private static final long SHORT_MS = 50;

    private ServerSocket listener;
    private RawConnection connection;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connection = new RawConnection(listener.getLocalPort(), 0);
        peer = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        peer.close();
        listener.close();
    }

    @Test
    void shouldReadResponsesOneAfterTheOther() throws IOException {
        connection.request(Outgoing.bodyless("GET", "/a"));
        connection.request(Outgoing.bodyless("HEAD", "/b"));
        connection.request(Outgoing.bodyless("GET", "/c"));
        say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\nX: 1\r\nx: 2\r\n\r\nhello");
        say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
        say("HTTP/1.1 470 status code 470\r\nTransfer-Encoding: chunked\r\n\r\n");
        say("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n");

        connection.awaitFinalHead(WITHIN_MS);
        assertThat(connection.status()).isEqualTo(200);
        assertThat(connection.header("x")).isEqualTo("1, 2");
        assertThat(connection.awaitBody(WITHIN_MS)).asString().isEqualTo("hello");
        connection.awaitFinalHead(WITHIN_MS);
        connection.awaitFinalHead(WITHIN_MS);
        assertThat(connection.status()).isEqualTo(470);
        assertThat(connection.awaitFirstChunk(WITHIN_MS)).asString().isEqualTo("abc");
        assertThat(connection.awaitBodyBytes(4, WITHIN_MS)).asString().isEqualTo("0123");
        assertThat(connection.awaitBody(WITHIN_MS)).asString().isEqualTo("456789");
        assertThat(connection.received()).endsWith("0123456789\\r\\n0\\r\\n\\r\\n");
    }

    @Test
    void shouldReadABodyThatEndsWithTheConnection() throws IOException {
        connection.request(Outgoing.bodyless("GET", "/a"));
        say("HTTP/1.1 200 OK\r\n\r\nabc");
        peer.close();

        connection.awaitFinalHead(WITHIN_MS);
        assertThat(connection.awaitBody(WITHIN_MS)).asString().isEqualTo("abc");
        connection.assertClosed(WITHIN_MS);
    }

    @ParameterizedTest
    @CsvSource({
        "'Transfer-Encoding: chunked\r\n\r\n5\r\nab', body",
        "'Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n', 'body, next chunk'",
        "'Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n', end of the last chunk",
        "'Content-Length: 5\r\n\r\nabcd', body"})
    void shouldTellABodyThatIsCutFromOneThatEnds(final String rest, final String what) throws IOException {
        connection.request(Outgoing.bodyless("GET", "/a"));
        say("HTTP/1.1 200 OK\r\n" + rest);
        peer.close();

        connection.awaitFinalHead(WITHIN_MS);
        assertThatThrownBy(() -> connection.awaitBody(WITHIN_MS)).isInstanceOf(Mismatch.class)
            .hasMessage(what + ": expected more bytes, actual the end of the connection");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Transfer-Encoding: chunked\r\n\r\n2;x=1\r\nab\r\n", "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", "Transfer-Encoding: chunked\r\n\r\n2\nab\r\n"})
    void shouldRefuseBadChunks(final String rest) throws IOException {
        connection.request(Outgoing.bodyless("GET", "/a"));
        say("HTTP/1.1 200 OK\r\n" + rest);

        connection.awaitFinalHead(WITHIN_MS);
        assertThatThrownBy(() -> connection.awaitBody(WITHIN_MS)).isInstanceOf(Mismatch.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 200 OK\n\r\n", "hello\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n"})
    void shouldRefuseBadHeads(final String head) throws IOException {
        connection.request(Outgoing.bodyless("GET", "/a"));
        say(head);

        assertThatThrownBy(() -> connection.awaitFinalHead(WITHIN_MS)).isInstanceOf(Mismatch.class);
    }

    @Test
    void shouldSayWhatBrokeTheSilence() throws IOException {
        connection.assertNothing(SHORT_MS);
        say("HTTP/1.1 200 OK\r\n");

        assertThatThrownBy(() -> connection.assertNothing(WITHIN_MS)).hasMessage(
            "silence: expected no byte for 2000 ms, actual \"HTTP/1.1 200 OK\\r\\n\"");
    }

    @Test
    void shouldNotTakeAnEndForSilence() throws IOException {
        peer.close();

        assertThatThrownBy(() -> connection.assertNothing(WITHIN_MS)).hasMessageEndingWith("the end of the connection");
    }

    @Test
    void shouldSayWhatCameInsteadOfTheEnd() throws IOException {
        assertThatThrownBy(() -> connection.assertClosed(SHORT_MS)).hasMessage(
            "connection: expected its end, actual nothing within 50 ms");
        say("x");
        assertThatThrownBy(() -> connection.assertClosed(WITHIN_MS)).hasMessageEndingWith("actual \"x\"");
    }

    @Test
    void shouldTakeAResetForAnEnd() throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();

        connection.assertClosed(WITHIN_MS);
    }

    @Test
    void shouldNotTakeAFinalResponseForAnInformationalOne() throws IOException {
        say("HTTP/1.1 204 No Content\r\n\r\n");

        assertThatThrownBy(() -> connection.awaitInterim(WITHIN_MS))
            .hasMessage("informational response: expected 1xx, actual 204");
    }

    @Test
    void shouldNameAPortWhereNobodyListens() throws IOException {
        listener.close();

        assertThatThrownBy(() -> new RawConnection(listener.getLocalPort(), 0)).isInstanceOf(IOException.class)
            .hasMessageContaining("cannot connect to 127.0.0.1:");
    }

    private void say(final String bytes) throws IOException {
        peer.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        peer.getOutputStream().flush();
    }
}
