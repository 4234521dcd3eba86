package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every limit of a server (I-25) just below it, at it and just above it, and the counter that tells. */
class LimitsTest {
    private static final byte[] NO_BODY = {};
    private static final long WITHIN_MS = 5_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseChannelsBeyondTheLimit(final boolean changefeed) throws Exception {
        final TrickleServerContext context =
            new TrickleServerContext().autocreate(true).changefeed(changefeed).maxChannels(3);
        try (TrickleServer server = TrickleServer.launch(context)) {
            assertThat(statusOf(server, "POST", "/a")).isEqualTo(200);
            assertThat(statusOf(server, "POST", "/b")).as("limit - 1").isEqualTo(200);
            assertThat(statusOf(server, "POST", "/c")).as("limit").isEqualTo(200);
            assertThat(counter(server, "channels.refused.limit")).isZero();

            assertThat(statusOf(server, "POST", "/d")).as("limit + 1").isEqualTo(503);
            assertThat(statusOf(server, "POST", "/d/0")).as("limit + 1").isEqualTo(503);

            assertThat(counter(server, "channels.refused.limit")).isEqualTo(2);
            assertThat(statusOf(server, "POST", "/a")).as("one that is there").isEqualTo(200);
            assertThat(statusOf(server, "DELETE", "/a")).isEqualTo(200);
            assertThat(statusOf(server, "POST", "/d")).as("in the place of another").isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseNamesBeyondTheLimit() throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true).maxNameLength(8);
        try (TrickleServer server = TrickleServer.launch(context)) {
            assertThat(statusOf(server, "POST", "/1234567")).as("limit - 1").isEqualTo(200);
            assertThat(statusOf(server, "POST", "/%31%32%33%34%35%36%37%38")).as("limit").isEqualTo(200);
            assertThat(server.channels().names()).contains("12345678");
            assertThat(counter(server, "channels.refused.name")).isZero();

            assertThat(statusOf(server, "POST", "/123456789")).as("limit + 1").isEqualTo(414);
            assertThat(statusOf(server, "POST", "/123456789/0")).as("limit + 1").isEqualTo(414);
            assertThat(statusOf(server, "GET", "/123456789/0")).isEqualTo(404);
            assertThatThrownBy(() -> server.channels().create("123456789", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name of a channel: expected at most 8 characters, got 9");

            assertThat(counter(server, "channels.refused.name")).isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseReadersBeyondTheLimit() throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true).maxReadersPerChannel(3);
        final List<RawConnection> readers = new ArrayList<>();
        try (TrickleServer server = TrickleServer.launch(context)) {
            server.channels().create("ch", "");
            for (int i = 1; i <= 3; i++) {
                readers.add(parked(server));
                final int wanted = i;
                Await.until(() -> server.channels().stats("ch").toString(),
                    () -> server.channels().stats("ch").orElseThrow().parkedReaders() == wanted);
            }
            assertThat(counter(server, "readers.refused.limit")).isZero();

            assertThat(statusOf(server, "GET", "/ch/0")).as("limit + 1").isEqualTo(503);

            assertThat(counter(server, "readers.refused.limit")).isEqualTo(1);
            readers.remove(0).close();
            Await.until(() -> server.channels().stats("ch").toString(),
                () -> server.channels().stats("ch").orElseThrow().readers() == 2);
            readers.add(parked(server));
            readers.get(2).assertNothing(100);
        } finally {
            for (final RawConnection reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void shouldCloseConnectionsBeyondTheLimit() throws Exception {
        final TrickleServerContext context = new TrickleServerContext().maxConnections(2);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection first = new RawConnection(server.port(), 0)) {
            first.request("GET", "/a/0", "", NO_BODY);
            first.awaitFinalHead(WITHIN_MS);
            try (RawConnection second = new RawConnection(server.port(), 0)) {
                second.request("GET", "/a/0", "", NO_BODY);
                second.awaitFinalHead(WITHIN_MS);
                assertThat(counter(server, "connections.refused.limit")).isZero();

                try (RawConnection third = new RawConnection(server.port(), 0)) {
                    third.assertClosed(WITHIN_MS);
                }

                assertThat(counter(server, "connections.refused.limit")).isEqualTo(1);
                second.request("GET", "/a/0", "", NO_BODY);
                second.awaitFinalHead(WITHIN_MS);
                assertThat(second.status()).isEqualTo(404);
            }
            Await.until(() -> "another connection is not served", () -> isServed(server));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void shouldStoreNoMoreOfASegmentThanTheLimit(final int beyond) throws Exception {
        final int limit = 1_000;
        final TrickleServerContext context = new TrickleServerContext().autocreate(true).maxSegmentLength(limit);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            client.request("POST", "/ch/0", "Content-Length: " + (limit + beyond) + "\r\n", new byte[limit + beyond]);
            client.awaitFinalHead(WITHIN_MS);

            assertThat(client.header("Lp-Trickle-Size")).isEqualTo("" + Math.min(limit, limit + beyond));
            assertThat(counter(server, "segments.aborted.length")).isEqualTo(Math.max(0, beyond));
            assertThat(counter(server, "bytes.discarded")).isEqualTo(Math.max(0, beyond));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void shouldRefuseHeadsBeyondTheLimit(final int beyond) throws Exception {
        final int limit = 1_024;
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().maxHeaderSize(limit));
             RawConnection client = new RawConnection(server.port(), 0)) {
            final String fixed = "Host: 127.0.0.1\r\nX-Fill: \r\n\r\n";
            final int fields = fixed.replace("\r\n", "").length();

            client.request("GET", "/ch/0", "X-Fill: " + "x".repeat(limit - fields + beyond) + "\r\n", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);

            assertThat(client.status()).isEqualTo(beyond > 0 ? 431 : 404);
            assertThat(counter(server, "requests.refused.header")).isEqualTo(Math.max(0, beyond));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void shouldRefuseBodiesOfRoutesBeyondTheLimit(final int beyond) throws Exception {
        final int length = RouteExchange.MAX_BODY_LENGTH + beyond;
        final TrickleServerContext context = new TrickleServerContext()
            .route("/count", (request, responder) ->
                responder.respond(200, "text/plain", "" + request.body().remaining()));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            final byte[] body = beyond > 0 ? NO_BODY : new byte[length];
            client.request("POST", "/count", "Content-Length: " + length + "\r\n", body);
            client.awaitFinalHead(WITHIN_MS);

            assertThat(client.status()).isEqualTo(beyond > 0 ? 413 : 200);
            if (beyond <= 0) {
                assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("" + length);
            }
            assertThat(counter(server, "requests.refused.body")).isEqualTo(Math.max(0, beyond));
        }
    }

    @Test
    void shouldStopReadingAConnectionOnWhichTooMuchWaits() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "");
            reader.request("GET", "/ch/0", "", NO_BODY);
            final String padding = "X-Fill: " + "x".repeat(1_000) + "\r\n";
            for (int i = 0; i < 20; i++) {
                reader.request("GET", "/ch/next", padding, NO_BODY);
            }
            reader.assertNothing(100);
            assertThat(counter(server, "connections.paused")).as("some of it waits").isZero();
            for (int i = 0; i < 100; i++) {
                reader.request("GET", "/ch/next", padding, NO_BODY);
            }
            Await.until(() -> "counters " + server.channels().counters(),
                () -> counter(server, "connections.paused") == 1);

            writer.request("POST", "/ch/0", "Content-Length: 1\r\n", new byte[1]);
            writer.awaitFinalHead(WITHIN_MS);

            for (int i = 0; i < 121; i++) {
                reader.awaitFinalHead(WITHIN_MS);
                assertThat(reader.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void shouldRefuseAnythingNewOnceItStops() {
        final TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
        server.close();

        assertThatThrownBy(() -> server.channels().create("late", "")).hasMessageContaining("closed");
        assertThat(counter(server, "channels.refused.closed")).isEqualTo(1);
    }

    private static RawConnection parked(final TrickleServer server) throws Exception {
        final RawConnection reader = new RawConnection(server.port(), 0);
        reader.request("GET", "/ch/0", "", NO_BODY);
        return reader;
    }

    private static boolean isServed(final TrickleServer server) {
        try {
            return statusOf(server, "GET", "/a/0") == 404;
        } catch (final Exception | AssertionError e) {
            return false;
        }
    }

    private static int statusOf(final TrickleServer server, final String method, final String path) throws Exception {
        try (RawConnection client = new RawConnection(server.port(), 0)) {
            client.request(method, path, "POST".equals(method) ? "Content-Length: 0\r\n" : "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            return client.status();
        }
    }

    private static long counter(final TrickleServer server, final String label) {
        final Map<String, Long> counters = server.channels().counters();
        assertThat(counters).containsKey(label);
        return counters.get(label);
    }
}
