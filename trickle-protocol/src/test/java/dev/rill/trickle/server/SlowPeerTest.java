package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that begin something and do not end it, or have nothing to do; spec section 3. */
class SlowPeerTest {
    private static final long HEAD_MS = 300;
    private static final long IDLE_MS = 600;
    private static final long WITHIN_MS = 5_000;
    private static final String HEAD = "GET /ch/next HTTP/1.1\r\nHost: a\r\nX-Field: value\r\n\r\n";

    private TrickleServer server;
    private Bystander bystander;

    @BeforeEach
    void launch() throws IOException {
        server = TrickleServer.launch(new TrickleServerContext()
            .headTimeoutNs(TimeUnit.MILLISECONDS.toNanos(HEAD_MS))
            .keepAliveTimeoutNs(TimeUnit.MILLISECONDS.toNanos(IDLE_MS))
            .connectionLingerNs(TimeUnit.MILLISECONDS.toNanos(50)));
        server.channels().create("ch", "");
        bystander = new Bystander(server); // Its parked GET outlives every time-out of these tests.
    }

    @AfterEach
    void assertNothingLeft() throws IOException {
        bystander.assertUndisturbed();
        bystander.close();
        server.close();
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 14, 21, 22, 23, 29, 40, 49})
    void shouldAnswer408WhenAHeadThatHasBegunIsNotCompleteInTime(final int octets) throws IOException {
        try (RawConnection slow = connect()) {
            final long beginNs = System.nanoTime();
            slow.send(ascii(HEAD.substring(0, octets)));

            slow.awaitFinalHead(WITHIN_MS);

            assertThat(slow.status()).isEqualTo(408);
            assertThat(elapsedMs(beginNs)).isGreaterThanOrEqualTo(HEAD_MS - 20);
            slow.assertClosed(WITHIN_MS);
            assertThat(counter("connections.closed.headTimeout")).isEqualTo(1);
        }
    }

    @Test
    void shouldNotBeHeldByOctetsThatTrickle() throws Exception {
        try (RawConnection slow = connect()) {
            final long beginNs = System.nanoTime();
            int sent = 0;
            while (counter("connections.closed.headTimeout") == 0 && sent < HEAD.length() - 1) {
                slow.send(ascii(HEAD.substring(sent, ++sent)));
                Thread.sleep(20);
            }

            assertThat(counter("connections.closed.headTimeout")).isEqualTo(1);
            assertThat(elapsedMs(beginNs)).isGreaterThanOrEqualTo(HEAD_MS - 20);
        }
    }

    @Test
    void shouldCountTheTimeOfASecondHeadFromItsOwnBeginning() throws IOException {
        try (RawConnection slow = connect()) {
            slow.send(ascii(HEAD));
            slow.awaitFinalHead(WITHIN_MS);
            assertThat(slow.awaitBody(WITHIN_MS)).asString().isEqualTo("0");
            slow.assertNothing(HEAD_MS + 100);

            final long beginNs = System.nanoTime();
            slow.send(ascii(HEAD.substring(0, 30)));
            slow.awaitFinalHead(WITHIN_MS);

            assertThat(slow.status()).isEqualTo(408);
            assertThat(elapsedMs(beginNs)).isGreaterThanOrEqualTo(HEAD_MS - 20);
        }
    }

    @Test
    void shouldLetAPipelinedHeadWaitForTheParkedReadBeforeIt() throws IOException {
        try (RawConnection reader = connect(); RawConnection writer = connect()) {
            reader.request("GET", "/ch/0", "", new byte[0]);
            reader.send(ascii(HEAD.substring(0, 30)));
            reader.assertNothing(2 * HEAD_MS);

            writer.request("POST", "/ch/0", "Content-Length: 1\r\n", ascii("x"));
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("x");
            reader.send(ascii(HEAD.substring(30)));
            reader.awaitFinalHead(WITHIN_MS);

            assertThat(reader.status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n\r\n"})
    void shouldLeaveAFreshConnectionAlone(final String sent) throws IOException {
        try (RawConnection fresh = connect()) {
            fresh.send(ascii(sent));
            fresh.assertNothing(2 * IDLE_MS);

            fresh.send(ascii(HEAD));
            fresh.awaitFinalHead(WITHIN_MS);

            assertThat(fresh.status()).isEqualTo(200);
        }
    }

    @Test
    void shouldEndAConnectionThatHasNothingToDo() throws IOException {
        try (RawConnection idle = connect()) {
            for (int i = 0; i < 3; i++) {
                idle.assertNothing(IDLE_MS / 2);
                idle.send(ascii(HEAD));
                idle.awaitFinalHead(WITHIN_MS);
                idle.awaitBody(WITHIN_MS);
            }
            final long beginNs = System.nanoTime();

            idle.assertClosed(WITHIN_MS);

            assertThat(elapsedMs(beginNs)).isGreaterThanOrEqualTo(IDLE_MS - 20);
            assertThat(counter("connections.closed.idle")).isEqualTo(1);
        }
    }

    @Test
    void shouldEndAConnectionWhoseAnsweredRequestDoesNotEnd() throws IOException {
        try (RawConnection idle = connect()) {
            idle.request("POST", "/ch", "Transfer-Encoding: chunked\r\n", ascii("5\r\nhel"));
            idle.awaitFinalHead(WITHIN_MS);
            assertThat(idle.status()).isEqualTo(200);

            idle.assertClosed(WITHIN_MS);

            assertThat(counter("connections.closed.idle")).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepWhatWaitsForOthers() throws IOException {
        try (RawConnection reader = connect(); RawConnection publisher = connect(); RawConnection slow = connect()) {
            server.channels().create("other", "");
            reader.request("GET", "/ch/0", "", new byte[0]);
            publisher.request("POST", "/ch/0", "Transfer-Encoding: chunked\r\n", new byte[0]);
            slow.request("POST", "/other/0", "Transfer-Encoding: chunked\r\n", ascii("5\r\nhel"));
            reader.assertNothing(2 * IDLE_MS);

            publisher.chunk("late");
            publisher.endBody();
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("late");
            slow.send(ascii("lo\r\n0\r\n\r\n"));
            slow.awaitFinalHead(WITHIN_MS);

            assertThat(slow.header("Lp-Trickle-Size")).isEqualTo("5");
        }
    }

    @Test
    void shouldEndAConnectionWhosePrefaceStaysHalfSent() throws IOException {
        try (RawConnection slow = connect()) {
            slow.send(ascii("PRI * HTTP/2.0\r\n\r\nSM"));

            slow.assertClosed(WITHIN_MS);

            assertThat(counter("connections.closed.headTimeout")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 9 + 3})
    void shouldEndAnHttp2ConnectionWhoseFirstFrameStaysHalfSent(final int octets) throws IOException {
        final byte[] settings = {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100};
        try (RawConnection slow = connect()) {
            slow.send(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
            slow.send(Arrays.copyOf(settings, octets));

            slow.awaitEverything(WITHIN_MS);

            assertThat(counter("connections.closed.headTimeout")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000501000000000182848641", "0000200104000000018284", "0000010100000000018200000109"})
    void shouldEndAnHttp2ConnectionWhoseHeadStaysHalfSent(final String frames) throws IOException {
        try (RawConnection slow = connect()) {
            slow.send(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
            slow.send(HexFormat.of().parseHex("000000040000000000"));
            slow.send(HexFormat.of().parseHex(frames));

            slow.awaitEverything(WITHIN_MS);

            assertThat(counter("connections.closed.headTimeout")).isEqualTo(1);
        }
    }

    @Test
    void shouldGiveBackTheTimerOfAConnectionThatIsGone() throws IOException {
        try (RawConnection gone = connect()) {
            gone.send(ascii(HEAD.substring(0, 20)));
            gone.reset();
        }
        Await.until(() -> "counters " + server.channels().counters(), () -> counter("connections.accepted") == 3);
        try (RawConnection other = connect()) {
            other.assertNothing(2 * HEAD_MS);
        }

        assertThat(counter("connections.closed.headTimeout")).isZero();
    }

    private RawConnection connect() throws IOException {
        return new RawConnection(server.port(), 0);
    }

    private long counter(final String label) {
        return server.channels().counters().get(label);
    }

    private static long elapsedMs(final long beginNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
