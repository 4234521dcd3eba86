package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StalledReaderTest {
    private static final int LENGTH = 24 << 20;
    private static final long SOCKET_BUFFERS = 12L << 20;
    private static final int SMALL_WINDOW = 16 << 10;
    private static final long WITHIN_MS = 10_000;

    @Test
    void shouldPutNoMoreBeforeASocketThanItTakes() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
            RawConnection reader = new RawConnection(server.port(), SMALL_WINDOW);
            RawConnection writer = new RawConnection(server.port(), 0)) {
            publish(writer, 0, LENGTH);
            reader.request("GET", "/ch/0", "", new byte[0]);
            for (int n = 1; n <= 4; n++) {
                publish(writer, n, 1); // Each wakes the stalled reader as well.
            }

            assertThat(server.channels().counters().get("bytes.out")).as("bytes handed over")
                .isLessThan(SOCKET_BUFFERS);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).as("all of it, once the reader goes on").hasSize(LENGTH);
        }
    }

    @Test
    @Tag("T-167")
    void shouldDisconnectAReaderThatTakesNothingForTooLongAndNobodyElse() throws Exception {
        final TrickleServerContext context = new TrickleServerContext()
            .autocreate(true).readerStallTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300));
        try (TrickleServer server = TrickleServer.launch(context);
            RawConnection stalled = new RawConnection(server.port(), SMALL_WINDOW);
            RawConnection reader = new RawConnection(server.port(), 0);
            RawConnection writer = new RawConnection(server.port(), 0)) {
            publish(writer, 0, LENGTH);
            stalled.request("GET", "/ch/0", "", new byte[0]);
            reader.request("GET", "/ch/0", "", new byte[0]);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).hasSize(LENGTH);

            Await.until(() -> "counters " + server.channels().counters(),
                () -> server.channels().counters().get("readers.disconnected.stalled") == 1);
            reader.request("GET", "/ch/next", "", new byte[0]);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.status()).isEqualTo(200);
        }
    }

    private static void publish(final RawConnection writer, final int sequence, final int length) throws Exception {
        writer.request("POST", "/ch/" + sequence, "Content-Length: " + length + "\r\n", new byte[length]);
        writer.awaitFinalHead(WITHIN_MS);
        assertThat(writer.status()).isEqualTo(200);
    }
}
