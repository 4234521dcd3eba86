package dev.rill.it.peers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A publisher gives a segment up, while readers of every kind are attached. Python publishers cannot. */
class DroppedSegmentTest {
    private static final String CHANNEL = "dropped";
    private static final int LENGTH = 50_000;

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Peer.class, names = {"RILL", "RILL_HTTP2", "GO", "GO_HTTP2", "GO_REFERENCE"})
    void shouldGoOnAfterASegmentThatNeverBegan(final Peer peer) {
        peer.require();
        try (PeerServer server = PeerServer.rill()) {
            server.create(CHANNEL);
            try (Readers readers = Readers.all(server, CHANNEL);
                PeerPublisher publisher = peer.publisher(server.base(), CHANNEL, 1)) {
                readers.expect(publisher.publish(LENGTH));
                readers.expectPartOf(publisher.drop(), 0);
                readers.expect(publisher.publish(LENGTH));
                publisher.finish();
                readers.expectEnd();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Peer.class, names = {"RILL", "RILL_HTTP2", "GO", "GO_HTTP2", "GO_REFERENCE"})
    void shouldEndASegmentThatIsDroppedHalfWay(final Peer peer) throws InterruptedException {
        peer.require();
        try (PeerServer server = PeerServer.rill()) {
            server.create(CHANNEL);
            try (Readers readers = Readers.all(server, CHANNEL);
                PeerPublisher publisher = peer.publisher(server.base(), CHANNEL, 1)) {
                readers.expect(publisher.publish(LENGTH));
                server.awaitNext(CHANNEL, publisher.begin(LENGTH) + 1);
                readers.expectPartOf(publisher.drop(), LENGTH);
                readers.expect(publisher.publish(LENGTH));
                publisher.finish();
                readers.expectEnd();
            }
        }
    }
}
