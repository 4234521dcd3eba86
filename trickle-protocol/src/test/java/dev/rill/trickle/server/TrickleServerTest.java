package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.wire.RawConnection;
import dev.rill.trickle.Responder;
import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrickleServerTest {
    private static final byte[] NO_BODY = {};
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final long WITHIN_MS = 5_000;

    @Test
    void shouldSayInOneLineThatThePortIsTaken() {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext())) {
            final TrickleServerContext second = new TrickleServerContext().port(server.port());

            assertThatThrownBy(() -> TrickleServer.launch(second))
                .isInstanceOf(TrickleException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + server.port() + ": Address already in use");
        }
    }

    @Tag("T-135")
    @ParameterizedTest
    @ValueSource(strings = {"nio", "auto"})
    void shouldReleaseParkedPartiesWithTheMarkerWhenItStops(final String transport) throws Exception {
        final AtomicReference<Thread> loop = new AtomicReference<>();
        final TrickleServer server = TrickleServer.launch(new TrickleServerContext()
            .autocreate(true)
            .transport(transport)
            .eventLoopThreads(2)
            .route("/loop", (request, responder) -> {
                loop.set(Thread.currentThread());
                responder.respond(200, "text/plain", "noted");
            }));
        try (RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/0", CHUNKED, NO_BODY);
            await(() -> server.channels().names().contains("ch"));
            reader.request("GET", "/loop", "", NO_BODY);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("noted");
            reader.request("GET", "/ch/0", "", NO_BODY);
            reader.assertNothing(100);

            final long beginNs = System.nanoTime();
            server.close();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs)).isLessThan(8_000);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.status()).isEqualTo(200);
            assertThat(reader.header("Lp-Trickle-Closed")).isEqualTo("terminated");
            writer.awaitFinalHead(WITHIN_MS);
            assertThat(writer.header("Lp-Trickle-Closed")).isEqualTo("terminated");
            writer.assertClosed(WITHIN_MS);
            reader.assertClosed(WITHIN_MS);
        }
        server.close();
        assertThat(loop.get().getName()).startsWith("trickle-loop-");
        await(() -> !loop.get().isAlive());
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L);
    }

    @Test
    void shouldServePipelinedRequestsInOrderBehindAParkedRead() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");
            reader.request("GET", "/ch/0", "", NO_BODY);
            reader.request("GET", "/ch/next", "", NO_BODY);
            reader.assertNothing(100);

            writer.request("POST", "/ch/0", "Content-Length: 4\r\n", ascii("zero"));

            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("zero");
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("1");
        }
    }

    @Test
    void shouldSendProvisionalsUntilTheFirstByte() throws Exception {
        final TrickleServerContext context = new TrickleServerContext()
            .autocreate(true).provisionalIntervalNs(TimeUnit.MILLISECONDS.toNanos(100));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/0", CHUNKED, NO_BODY);
            writer.awaitInterim(WITHIN_MS);
            writer.awaitInterim(WITHIN_MS);
            assertThat(writer.status()).isEqualTo(100);

            writer.chunk("x");
            await(() -> server.channels().nextSequence("ch") == 1);
            writer.endBody();
            writer.awaitFinalHead(WITHIN_MS);

            assertThat(writer.header("Lp-Trickle-Size")).isEqualTo("1");
            writer.assertNothing(250);
        }
    }

    @Test
    @Tag("T-166")
    void shouldStoreUpToTheLimitAnswer200AndEndReaders() throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true).maxSegmentLength(1 << 20);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection writer = new RawConnection(server.port(), 0);
             RawConnection reader = new RawConnection(server.port(), 0)) {
            final byte[] body = new byte[2 << 20];
            Arrays.fill(body, (byte) 'z');
            writer.request("POST", "/ch/0", "Content-Length: " + body.length + "\r\n", body);

            writer.awaitFinalHead(WITHIN_MS);
            assertThat(writer.status()).isEqualTo(200);
            assertThat(writer.header("Lp-Trickle-Size")).isEqualTo("1048576");
            reader.request("GET", "/ch/0", "", NO_BODY);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.header("Lp-Trickle-Truncated")).isEqualTo("1");
            assertThat(reader.awaitBody(WITHIN_MS)).hasSize(1 << 20);
            assertThat(server.channels().counters()).containsEntry("segments.aborted.length", 1L);
        }
    }

    @Test
    void shouldNotCopyPerReaderAndHardlyOnArrival() throws Exception {
        final int total = 1 << 20;
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
             RawConnection writer = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/0", "Content-Length: " + total + "\r\n", new byte[total]);
            writer.awaitFinalHead(WITHIN_MS);
            for (int i = 0; i < 3; i++) {
                try (RawConnection reader = new RawConnection(server.port(), 0)) {
                    reader.request("GET", "/ch/0", "", NO_BODY);
                    reader.awaitFinalHead(WITHIN_MS);
                    assertThat(reader.awaitBody(WITHIN_MS)).hasSize(total);
                }
            }

            final Map<String, Long> counters = server.channels().counters();
            assertThat(counters).containsEntry("bytes.in", (long) total).containsEntry("bytes.out", 3L * total);
            assertThat(counters).containsEntry("bytes.copied.local", 0L);
            assertThat(counters.get("bytes.copied.compaction")).as("compacted").isLessThan(total / 2);
            assertThat(counters.get("bytes.pinned")).as("pinned").isLessThanOrEqualTo(4L * total);
        }
    }

    @Test
    void shouldForgetAParkedReaderWhoseConnectionIsGone() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().maxReadersPerChannel(1))) {
            server.channels().create("ch", "");
            try (RawConnection vanishing = new RawConnection(server.port(), 0)) {
                vanishing.request("GET", "/ch/0", "", NO_BODY);
                vanishing.assertNothing(100);
            }
            await(() -> {
                try (RawConnection next = new RawConnection(server.port(), 0)) {
                    next.request("GET", "/ch/0", "", NO_BODY);
                    next.assertNothing(50);
                    return true;
                } catch (final AssertionError refusedYet) {
                    return false;
                }
            });
        }
    }

    @Test
    void shouldRefuseAHeadThatIsTooLong() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().maxHeaderSize(1_024));
             RawConnection fields = new RawConnection(server.port(), 0);
             RawConnection line = new RawConnection(server.port(), 0)) {
            fields.request("GET", "/ch/0", "X-Long: " + "x".repeat(2_000) + "\r\n", NO_BODY);
            fields.awaitFinalHead(WITHIN_MS);
            assertThat(fields.status()).isEqualTo(431);
            fields.assertClosed(WITHIN_MS);

            line.request("GET", "/" + "x".repeat(2_000), "", NO_BODY);
            line.awaitFinalHead(WITHIN_MS);
            assertThat(line.status()).isEqualTo(414);
            assertThat(server.channels().counters()).containsEntry("requests.refused.header", 2L);
        }
    }

    @Test
    void shouldServeRoutesBesideChannels() throws Exception {
        final ExecutorService elsewhere = Executors.newSingleThreadExecutor();
        final AtomicReference<Responder> late = new AtomicReference<>();
        final TrickleServerContext context = new TrickleServerContext()
            .route("/echo", (request, responder) -> elsewhere.execute(() ->
                responder.respond(201, Map.of("X-Query", request.query()), request.body())))
            .route("/files/", (request, responder) -> responder.respond(200, "text/plain", request.path()))
            .route("/late", (request, responder) -> late.set(responder))
            .route("/broken", (request, responder) -> {
                throw new IllegalStateException("broken on purpose");
            });
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            client.request("POST", "/echo?a=b", "Content-Length: 5\r\n", ascii("hello"));
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.status()).isEqualTo(201);
            assertThat(client.header("X-Query")).isEqualTo("a=b");
            assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("hello");

            client.request("GET", "/files/x/y", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("/files/x/y");

            client.request("GET", "/broken", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.status()).isEqualTo(500);
            assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("Server error\n");

            client.request("GET", "/late", "", NO_BODY);
            client.assertNothing(50);
            late.get().respond(200, "text/plain", "at last");
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("at last");
            assertThatThrownBy(() -> late.get().respond(200, "text/plain", "again"))
                .isInstanceOf(IllegalStateException.class);
        } finally {
            elsewhere.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseABodyOfARouteBeyondOneMebibyte(final boolean chunked) throws Exception {
        final TrickleServerContext context = new TrickleServerContext()
            .route("/echo", (request, responder) -> responder.respond(200, Map.of(), request.body()));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            if (chunked) {
                client.request("POST", "/echo", CHUNKED, NO_BODY);
                client.chunk("x".repeat(1 << 20));
                client.chunk("y");
            } else {
                client.request("POST", "/echo", "Content-Length: 1048577\r\n", ascii("begin"));
            }

            client.awaitFinalHead(WITHIN_MS);

            assertThat(client.status()).isEqualTo(413);
            assertThat(client.header("Connection")).isEqualTo("close");
            client.assertClosed(WITHIN_MS);
        }
    }

    @Test
    void shouldAnswerHttp10WithABodyEndedByClose() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
             RawConnection writer = new RawConnection(server.port(), 0);
             RawConnection reader = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/0", "Content-Length: 4\r\n", ascii("zero"));
            writer.awaitFinalHead(WITHIN_MS);

            reader.send(ascii("GET /ch/0 HTTP/1.0\r\n\r\n"));
            reader.awaitFinalHead(WITHIN_MS);

            assertThat(reader.header("Transfer-Encoding")).isNull();
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("zero");
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void await(final Condition condition) throws Exception {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!condition.isMet()) {
            assertThat(System.nanoTime()).as("condition not met in 5 s").isLessThan(deadlineNs);
            Thread.sleep(5);
        }
    }

    private interface Condition {
        boolean isMet() throws Exception;
    }
}
