package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Go's server answers an empty segment by ending its connection: over HTTP/2 with everything else that is on it. */
class ConnectionEndedByServerTest {
    private static final String CHANNEL = "ended";
    private static final int SEGMENTS = 300;

    @Test
    void shouldLoseNothingOfOurPublisherOverHttp2() {
        Peer.GO.require();
        try (PeerServer server = PeerServer.of(Peer.GO)) {
            server.create(CHANNEL);
            try (Readers readers = Readers.of(server.base(), CHANNEL, Peer::isRill);
                PeerPublisher publisher = Peer.RILL_HTTP2.publisher(server.base(), CHANNEL, 1)) {
                for (int i = 0; i < SEGMENTS; i++) {
                    final Sent sent = publisher.publish(i % 3 == 0 ? 0 : i);
                    assertThat(sent).returns((long) i, Sent::sequence).returns(Sent.STORED, Sent::outcome);
                    readers.expect(sent);
                }
            }
        }
    }
}
