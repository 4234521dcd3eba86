package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.TrickleServerContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every publisher to every reader, byte for byte: one publisher with all readers at once, through Rill's server and
 * through servers on Go's HTTP stack. {@code -Drill.peers.segments=1000} for the long run.
 * <p>
 * Go's HTTP/2 client does not publish to Go's server: that one answers an empty segment by ending the whole connection,
 * which loses the client's next request now and then.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class PeerPairingsTest {
    private static final int SEGMENTS = Integer.getInteger("rill.peers.segments", 10);
    private static final int SEGMENTS_UNDER_TLS = 10;
    private static final long SEED = Long.getLong("rill.peers.seed", 20_260_101);

    @TempDir
    private static Path folder;

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(Peer.class)
    void shouldDeliverEveryByteThroughRillsServer(final Peer publisher) {
        publisher.require();
        try (PeerServer server = PeerServer.rill()) {
            deliver(server, publisher, SEGMENTS);
        }
    }

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(value = Peer.class, mode = EnumSource.Mode.EXCLUDE, names = "GO_HTTP2")
    void shouldDeliverEveryByteThroughAServerOnGosStack(final Peer publisher) {
        deliverThrough(Peer.GO, publisher);
    }

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(value = Peer.class, mode = EnumSource.Mode.EXCLUDE, names = "GO_HTTP2")
    void shouldDeliverEveryByteThroughTheFieldsGoServer(final Peer publisher) {
        deliverThrough(Peer.GO_REFERENCE, publisher);
    }

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(value = Peer.class, names = {"RILL", "GO_HTTP2", "RUNNER_LAZY"})
    @Tag("T-163")
    void shouldDeliverEveryByteThroughRillsServerUnderTls(final Peer publisher) throws Exception {
        publisher.require();
        final Identity identity = Identity.in(folder);
        try (PeerServer server = PeerServer.rill(new TrickleServerContext().autocreate(true)
            .tlsCertificate(identity.certificate()).tlsKey(identity.key()))) {
            deliver(server, publisher, SEGMENTS_UNDER_TLS);
        }
    }

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(value = Peer.class, names = {"RILL_HTTP2", "GO", "RUNNER_EAGER"})
    void shouldDeliverEveryByteThroughAServerOnGosStackUnderTls(final Peer publisher) throws Exception {
        Peer.GO.require();
        publisher.require();
        try (PeerServer server = PeerServer.of(Peer.GO, Identity.in(folder))) {
            deliver(server, publisher, SEGMENTS_UNDER_TLS);
        }
    }

    private static void deliverThrough(final Peer host, final Peer publisher) {
        host.require();
        publisher.require();
        try (PeerServer server = PeerServer.of(host)) {
            deliver(server, publisher, SEGMENTS);
        }
    }

    private static void deliver(final PeerServer server, final Peer peer, final int segments) {
        final long beginNs = System.nanoTime();
        final String channel = peer.name().toLowerCase(Locale.ROOT);
        server.create(channel);
        try (Readers readers = Readers.all(server, channel);
            PeerPublisher publisher = peer.publisher(server.base(), channel, SEED)) {
            final List<Sent> sent = publish(publisher, readers, segments);
            publisher.finish();
            server.delete(channel);
            readers.expectEnd();
            System.out.printf("%s to %s through %s: seed=%d segments=%d bytes=%d ms=%d%n", peer, readers, server, SEED,
                sent.size(), sent.stream().mapToLong(Sent::bytes).sum(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs));
        } catch (final AssertionError e) {
            throw new AssertionError("seed " + SEED + ": " + e.getMessage(), e);
        }
    }

    /** While a segment is written the readers have at most the one before it to finish: none leaves the window. */
    private static List<Sent> publish(
        final PeerPublisher publisher, final Readers readers, final int segments) {
        final List<Sent> sent = new ArrayList<>();
        final Sizes sizes = new Sizes(SEED);
        int received = 0;
        while (sent.size() < segments) {
            final Sent segment = publisher.publish(sizes.next());
            assertThat(segment).returns((long) sent.size(), Sent::sequence).returns(Sent.STORED, Sent::outcome);
            sent.add(segment);
            // Readers start at the current segment: the first must have come before there is a second.
            while (received < Math.max(1, sent.size() - 1)) {
                readers.expect(sent.get(received++));
            }
        }
        sent.subList(received, segments).forEach(readers::expect);
        return sent;
    }
}
