package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.TrickleServerContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What publishers and readers of every kind learn when a channel is closed by someone else, or was never there. */
class ClosedChannelTest {
    private static final String CHANNEL = "closed";
    private static final int LENGTH = 50_000;

    /** A request that is on the wire is told that the channel is closed; a later one that it is unknown. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "RILL, channel closed", "RILL_HTTP2, channel closed", "GO, channel closed", "GO_HTTP2, channel closed",
        "GO_REFERENCE, channel closed", "RUNNER_EAGER, channel closed", "GATEWAY_EAGER, channel closed",
        "RUNNER_LAZY, channel not found", "GATEWAY_LAZY, channel not found"})
    void shouldTellEveryPartyThatTheChannelIsClosed(final Peer peer, final String outcome) {
        peer.require();
        try (PeerServer server = PeerServer.rill(new TrickleServerContext())) {
            server.create(CHANNEL);
            try (Readers readers = Readers.all(server, CHANNEL);
                PeerPublisher publisher = peer.publisher(server.base(), CHANNEL, 1)) {
                readers.expect(publisher.publish(LENGTH));
                server.delete(CHANNEL);
                assertThat(publisher.publish(LENGTH).outcome()).isEqualTo(outcome);
                readers.expectEnd();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"RILL", "RILL_HTTP2", "GO", "GO_HTTP2", "GO_REFERENCE", "RUNNER_EAGER", "RUNNER_LAZY"})
    void shouldTellAPublisherThatItsChannelIsUnknown(final Peer peer) {
        peer.require();
        try (PeerServer server = PeerServer.rill(new TrickleServerContext());
            PeerPublisher publisher = peer.publisher(server.base(), CHANNEL, 1)) {
            assertThat(publisher.publish(LENGTH).outcome()).isEqualTo(Sent.CHANNEL_NOT_FOUND);
        }
    }
}
