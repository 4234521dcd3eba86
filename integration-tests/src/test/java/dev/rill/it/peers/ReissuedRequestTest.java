package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The field's Go subscriber cancels a request that waits for long and sends it anew, for ever. */
class ReissuedRequestTest {
    private static final String CHANNEL = "reissued";
    private static final int REISSUES = 10;

    @Test
    void shouldServeTheLastOfManyCancelledRequests() throws InterruptedException {
        Peer.GO.require();
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext())) {
            server.channels().create(CHANNEL, "video/mp2t");
            final List<String> command = List.of(Peer.GO.path(), "subscribe", "--url", server.baseUri() + CHANNEL,
                "--start=-2", "--refresh", "20ms");
            try (PeerReader reader = new ProcessReader(command, false);
                PeerPublisher publisher = Peer.RILL.publisher(server.baseUri(), CHANNEL, 1)) {
                awaitConnections(server, REISSUES);
                for (int i = 0; i < REISSUES; i++) {
                    final Sent sent = publisher.publish(i);
                    assertThat(reader.next()).contains(
                        new Received(sent.sequence(), sent.bytes(), sent.sha256()));
                }
            }
        }
    }

    private static void awaitConnections(final TrickleServer server, final long connections)
        throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PeerProcess.DEADLINE_MS);
        while (server.channels().counters().get("connections.accepted") < connections) {
            assertThat(System.nanoTime() - deadlineNs).as("%s", server.channels().counters()).isNegative();
            Thread.sleep(5);
        }
    }
}
