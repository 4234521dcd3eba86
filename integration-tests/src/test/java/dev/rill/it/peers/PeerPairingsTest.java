package dev.rill.it.peers;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every publisher to every reader, byte for byte: one publisher with all readers at once, through Rill's server and
 * through servers on Go's HTTP stack. {@code -Drill.peers.segments=1000} for the long run.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class PeerPairingsTest {
    private static final int SEGMENTS = Integer.getInteger("rill.peers.segments", 10);
    private static final long SEED = Long.getLong("rill.peers.seed", 20_260_101);

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(Peer.class)
    void shouldDeliverEveryByteThroughRillsServer(final Peer publisher) {
        publisher.require();
        try (PeerServer server = PeerServer.rill()) {
            deliver(server, publisher);
        }
    }

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(Peer.class)
    void shouldDeliverEveryByteThroughAServerOnGosStack(final Peer publisher) {
        deliverThrough(Peer.GO, publisher);
    }

    @ParameterizedTest(name = "{0} to all")
    @EnumSource(Peer.class)
    void shouldDeliverEveryByteThroughTheFieldsGoServer(final Peer publisher) {
        deliverThrough(Peer.GO_REFERENCE, publisher);
    }

    private static void deliverThrough(final Peer host, final Peer publisher) {
        host.require();
        publisher.require();
        try (PeerServer server = PeerServer.process(host.path())) {
            deliver(server, publisher);
        }
    }

    private static void deliver(final PeerServer server, final Peer publisher) {
        final long beginNs = System.nanoTime();
        final String channel = publisher.name().toLowerCase(Locale.ROOT);
        server.create(channel);
        try (Delivery delivery = new Delivery(server, channel, publisher, SEED)) {
            delivery.publish(SEGMENTS, new Sizes(SEED));
            delivery.finish();
            server.delete(channel);
            delivery.awaitEnd();
            System.out.printf("%s through %s: seed=%d %s ms=%d%n", publisher, server, SEED, delivery,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs));
        } catch (final AssertionError e) {
            throw new AssertionError("seed " + SEED + ": " + e.getMessage(), e);
        }
    }
}
