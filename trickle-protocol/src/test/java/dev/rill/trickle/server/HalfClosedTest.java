package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that end their output after a request and read on: what has been asked for in full is answered, also at length;
 * a read that is parked is taken for given up (I-22), since most peers that end their output then are gone.
 */
class HalfClosedTest {
    private static final int LENGTH = 24 << 20;
    private static final long WITHIN_MS = 10_000;
    private static final byte[] NO_BODY = {};

    private TrickleServer server;
    private Bystander bystander;

    private void launch(final String transport) throws IOException {
        server = TrickleServer.launch(new TrickleServerContext()
            .autocreate(true)
            .transport(transport)
            .abortGraceNs(TimeUnit.MILLISECONDS.toNanos(50))
            .connectionLingerNs(TimeUnit.MILLISECONDS.toNanos(50)));
        bystander = new Bystander(server);
    }

    @AfterEach
    void assertNothingLeft() throws IOException {
        bystander.assertUndisturbed();
        bystander.close();
        server.close();
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldAnswerACompletePost(final String transport) throws IOException {
        launch(transport);
        try (RawConnection writer = connect()) {
            writer.request("POST", "/ch/0", "Content-Length: 4\r\n", ascii("zero"));
            writer.endOutput();

            writer.awaitFinalHead(WITHIN_MS);

            assertThat(writer.status()).isEqualTo(200);
            assertThat(writer.header("Lp-Trickle-Size")).isEqualTo("4");
            writer.assertClosed(WITHIN_MS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldDeliverACompleteSegmentToItsEnd(final String transport) throws IOException {
        launch(transport);
        try (RawConnection writer = connect(); RawConnection reader = new RawConnection(server.port(), 16 << 10)) {
            writer.request("POST", "/ch/0", "Content-Length: " + LENGTH + "\r\n", new byte[LENGTH]);
            writer.awaitFinalHead(WITHIN_MS);
            reader.request("GET", "/ch/0", "", NO_BODY);
            reader.endOutput();

            reader.awaitFinalHead(WITHIN_MS);

            assertThat(reader.awaitBody(WITHIN_MS)).hasSize(LENGTH);
            reader.assertClosed(WITHIN_MS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldDeliverASegmentThatHasBegunUpToItsEnd(final String transport) throws IOException {
        launch(transport);
        try (RawConnection writer = connect(); RawConnection reader = connect()) {
            begin(writer, "early");
            reader.request("GET", "/ch/-2", "", NO_BODY);
            reader.awaitFinalHead(WITHIN_MS);
            reader.endOutput();
            assertThat(reader.awaitFirstChunk(WITHIN_MS)).asString().isEqualTo("early");
            reader.assertNothing(100);

            writer.chunk("late");
            writer.endBody();

            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("late");
            reader.assertClosed(WITHIN_MS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldTakeAParkedReadForGivenUp(final String transport) throws IOException {
        launch(transport);
        server.channels().create("ch", "");
        try (RawConnection reader = connect()) {
            reader.request("GET", "/ch/0", "", NO_BODY);
            reader.assertNothing(50);
            reader.endOutput();

            reader.assertClosed(WITHIN_MS);
        }
        try (RawConnection reader = connect()) {
            reader.request("GET", "/ch/0", "", NO_BODY);
            reader.endOutput();

            reader.assertClosed(WITHIN_MS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldAnswerEverythingThatWasAskedBeforeTheEnd(final String transport) throws IOException {
        launch(transport);
        try (RawConnection peer = connect()) {
            peer.request("POST", "/ch/0", "Content-Length: 4\r\n", ascii("zero"));
            peer.request("GET", "/ch/0", "", NO_BODY);
            peer.request("GET", "/ch/next", "", NO_BODY);
            peer.request("DELETE", "/ch", "", NO_BODY);
            peer.endOutput();

            for (final String body : new String[] {"", "zero", "1", ""}) {
                peer.awaitFinalHead(WITHIN_MS);
                assertThat(peer.status()).isEqualTo(200);
                assertThat(peer.awaitBody(WITHIN_MS)).asString().isEqualTo(body);
            }
            peer.assertClosed(WITHIN_MS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldAnswer500ToABodyThatEndsBeforeItsEnd(final String transport) throws IOException {
        launch(transport);
        try (RawConnection writer = connect(); RawConnection reader = connect()) {
            begin(writer, "torn");
            reader.request("GET", "/ch/-2", "", NO_BODY);
            reader.awaitFinalHead(WITHIN_MS);
            writer.endOutput();

            writer.awaitFinalHead(WITHIN_MS);

            assertThat(writer.status()).isEqualTo(500);
            assertThat(writer.awaitBody(WITHIN_MS)).asString().isEqualTo("Server error\n");
            writer.assertClosed(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).as("ends after the grace time").asString().isEqualTo("torn");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldAnswer400ToAHeadThatEndsBeforeItsEnd(final String transport) throws IOException {
        launch(transport);
        try (RawConnection peer = connect()) {
            peer.send(ascii("GET /ch/0 HTTP/1.1\r\nHost: a\r\n"));
            peer.endOutput();

            peer.awaitFinalHead(WITHIN_MS);

            assertThat(peer.status()).isEqualTo(400);
            peer.assertClosed(WITHIN_MS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldForgetAStreamingReaderThatIsGoneWithTheNextBytes(final String transport) throws IOException {
        launch(transport);
        try (RawConnection writer = connect()) {
            begin(writer, "early");
            try (RawConnection reader = connect()) {
                reader.request("GET", "/ch/-2", "", NO_BODY);
                reader.awaitFinalHead(WITHIN_MS);
            }
            final long before = server.channels().counters().get("deliveries");

            for (int i = 0; i < 20; i++) {
                writer.chunk("x".repeat(1_000));
                Await.until(() -> "pointer", () -> server.channels().nextSequence("ch") == 1);
            }
            writer.endBody();
            writer.awaitFinalHead(WITHIN_MS);

            assertThat(server.channels().counters().get("deliveries") - before).isLessThanOrEqualTo(20);
        }
    }

    /** Begins segment 0, and waits until others can read it. */
    private void begin(final RawConnection writer, final String text) throws IOException {
        writer.request("POST", "/ch/0", "Transfer-Encoding: chunked\r\n", NO_BODY);
        writer.chunk(text);
        Await.until(() -> "pointer", () -> server.channels().nextSequence("ch") == 1);
    }

    private RawConnection connect() throws IOException {
        return new RawConnection(server.port(), 0);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
