package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.trickle.TrickleServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A reader and a writer of a channel of their own: what others do to a server must not touch them. */
public final class Bystander implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final long WITHIN_MS = 5_000;
    private static final byte[] NO_BODY = {};

    private final String channel = "bystander-" + NAMES.incrementAndGet();
    private final RawConnection reader;
    private final RawConnection writer;
    private int sequence;

    /**
     * Creates the channel and parks a reader on its first segment.
     *
     * @param server on loopback.
     * @throws IOException if the server cannot be reached.
     */
    public Bystander(final TrickleServer server) throws IOException {
        server.channels().create(channel, "text/plain");
        reader = new RawConnection(server.port(), 0);
        writer = new RawConnection(server.port(), 0);
        park();
    }

    /** The parked reader gets the next segment, on the connections of before. */
    public void assertUndisturbed() throws IOException {
        final String text = "segment " + sequence;
        writer.request("POST", '/' + channel + '/' + sequence, "Content-Length: " + text.length() + "\r\n",
            text.getBytes(StandardCharsets.US_ASCII));
        writer.awaitFinalHead(WITHIN_MS);
        assertThat(writer.status()).as("bystander's POST").isEqualTo(200);
        reader.awaitFinalHead(WITHIN_MS);
        assertThat(reader.status()).as("bystander's GET").isEqualTo(200);
        assertThat(reader.awaitBody(WITHIN_MS)).as("bystander's segment").asString().isEqualTo(text);
        sequence++;
        park();
    }

    /** Segments with bytes that its channel holds; one of the five places is its reader's, who is parked ahead. */
    public int retained() {
        return Math.min(sequence, 4);
    }

    @Override
    public void close() throws IOException {
        reader.close();
        writer.close();
    }

    private void park() throws IOException {
        reader.request("GET", '/' + channel + '/' + sequence, "", NO_BODY);
    }
}
