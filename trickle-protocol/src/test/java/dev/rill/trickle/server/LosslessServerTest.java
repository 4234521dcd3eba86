package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.Delivery;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A lossless channel over HTTP: readers are rows of requests, the writer is held back by not reading its socket. */
class LosslessServerTest {
    private static final int LENGTH = 300 << 10;
    private static final int SEGMENTS = 40;
    private static final long WITHIN_MS = 20_000;

    private static TrickleServerContext context() {
        return new TrickleServerContext()
            .autocreate(true).delivery(Delivery.LOSSLESS).retainedSegments(2).retainedBytes(1 << 20)
            .losslessDeadlineNs(TimeUnit.SECONDS.toNanos(60)).abortGraceNs(TimeUnit.SECONDS.toNanos(60));
    }

    private static byte[] payload(final long sequence) {
        final byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) sequence);
        return bytes;
    }

    private static long counter(final TrickleServer server, final String label) {
        return server.channels().counters().get(label);
    }

    private static CompletableFuture<Void> publishAll(final RawConnection writer) {
        return CompletableFuture.runAsync(() -> {
            try {
                for (int n = 0; n < SEGMENTS; n++) {
                    writer.request("POST", "/ch/" + n, "Content-Length: " + LENGTH + "\r\n", payload(n));
                    writer.awaitFinalHead(WITHIN_MS);
                    assertThat(writer.status()).isEqualTo(200);
                }
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void shouldHoldTheWriterForASlowReaderAndLoseNothing() throws Exception {
        try (TrickleServer server = TrickleServer.launch(context());
            RawConnection writer = new RawConnection(server.port(), 0);
            RawConnection reader = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");
            reader.request("GET", "/ch/0", "", new byte[0]);
            reader.assertNothing(50);
            final CompletableFuture<Void> published = publishAll(writer);

            Await.until(() -> "counters " + server.channels().counters(),
                () -> counter(server, "writers.pushedBack") > 0);
            assertThat(server.channels().nextSequence("ch")).isLessThan(6);
            for (int n = 0; n < SEGMENTS; n++) {
                reader.awaitFinalHead(WITHIN_MS);
                assertThat(reader.status()).as("segment " + n).isEqualTo(200);
                assertThat(reader.awaitBody(WITHIN_MS)).as("segment " + n).isEqualTo(payload(n));
                if (n + 1 < SEGMENTS) {
                    reader.request("GET", "/ch/" + (n + 1), "", new byte[0]);
                }
            }

            published.get(WITHIN_MS, TimeUnit.MILLISECONDS);
            assertThat(counter(server, "segments.evicted.unread")).isZero();
            assertThat(counter(server, "readers.leftBehind")).isZero();
            assertThat(counter(server, "reads.outOfWindow")).isZero();
        }
    }

    @Test
    void shouldLetTheWriterGoOnAtTheDeadlineAndTellTheReaderWhatIsLeft() throws Exception {
        final TrickleServerContext context = context().losslessDeadlineNs(TimeUnit.MILLISECONDS.toNanos(50));
        try (TrickleServer server = TrickleServer.launch(context);
            RawConnection writer = new RawConnection(server.port(), 0);
            RawConnection reader = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");
            reader.request("GET", "/ch/0", "", new byte[0]);
            reader.assertNothing(50);

            publishAll(writer).get(WITHIN_MS, TimeUnit.MILLISECONDS);

            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).as("what it had asked for").isEqualTo(payload(0));
            assertThat(counter(server, "readers.leftBehind")).isPositive();
            assertThat(counter(server, "segments.evicted.unread")).isPositive();
            reader.request("GET", "/ch/1", "", new byte[0]);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.status()).isEqualTo(470);
            assertThat(Long.parseLong(reader.header("Lp-Trickle-Oldest"))).isBetween(2L, (long) SEGMENTS - 1);
            assertThat(reader.awaitBody(WITHIN_MS)).isNotEmpty();
        }
    }
}
