package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One publisher and all readers on one channel, checked byte for byte. */
final class Delivery implements AutoCloseable {
    /** The segment that is being written, from its first byte. */
    static final long CURRENT = -2;

    private final Map<Peer, PeerReader> readers = new LinkedHashMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private final PeerPublisher publisher;
    private int received;
    private long bytes;

    Delivery(final PeerServer server, final String channel, final Peer publisher, final long seed) {
        for (final Peer each : Peer.available()) {
            readers.put(each, each.reader(server.base(), channel, CURRENT));
        }
        this.publisher = publisher.publisher(server.base(), channel, seed);
    }

    /**
     * Publishes segments of these sizes. While one is written the readers have at most the one before it to finish, so
     * that none falls out of the window.
     */
    void publish(final int segments, final Sizes sizes) {
        for (int i = 0; i < segments; i++) {
            final Sent segment = publisher.publish(sizes.next());
            assertThat(segment).returns((long) sent.size(), Sent::sequence).returns(Sent.STORED, Sent::outcome);
            sent.add(segment);
            bytes += segment.bytes();
            // Readers start at the current segment: the first must have come before there is a second.
            receiveUpTo(Math.max(1, sent.size() - 1));
        }
        receiveUpTo(sent.size());
    }

    /** Ends the publisher in its orderly way. */
    void finish() {
        publisher.finish();
    }

    /** Checks that every reader ends; some publishers end their preconnected segment empty before that. */
    void awaitEnd() {
        readers.forEach((peer, reader) -> {
            Optional<Received> extra = reader.next();
            while (extra.isPresent()) {
                assertThat(extra.get()).as("%s after the last segment", peer).returns(0L, Received::bytes);
                extra = reader.next();
            }
            assertThat(reader.endReason()).as("%s", peer).containsAnyOf("closed", "not found", "404");
        });
    }

    @Override
    public void close() {
        publisher.close();
        readers.values().forEach(PeerReader::close);
    }

    @Override
    public String toString() {
        return "segments=" + sent.size() + " bytes=" + bytes + " readers=" + readers.keySet();
    }

    private void receiveUpTo(final int count) {
        for (; received < count; received++) {
            final Sent expected = sent.get(received);
            readers.forEach((peer, reader) ->
                assertThat(reader.next()).as("%s reads segment %d", peer, expected.sequence()).contains(
                    new Received(expected.sequence(), expected.bytes(), expected.sha256())));
        }
    }
}
