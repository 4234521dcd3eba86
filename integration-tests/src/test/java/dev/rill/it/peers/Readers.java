package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** One reader of every implementation that can be had, all on one channel. */
final class Readers implements AutoCloseable {
    /** The segment that is being written, from its first byte. */
    static final long CURRENT = -2;

    private final Map<Peer, PeerReader> readers = new LinkedHashMap<>();

    private Readers() {
    }

    /** Those readers start at the segment that is being written when they come. */
    static Readers of(final URI base, final String channel, final Predicate<Peer> wanted) {
        final Readers made = new Readers();
        Peer.available().stream().filter(wanted).forEach(peer ->
            made.readers.put(peer, peer.reader(base, channel, CURRENT)));
        return made;
    }

    static Readers all(final PeerServer server, final String channel) {
        return of(server.base(), channel, peer -> true);
    }

    /** Checks that the next segment of every reader is the one that was sent. */
    void expect(final Sent sent) {
        final Received expected = new Received(sent.sequence(), sent.bytes(), sent.sha256());
        readers.forEach((peer, reader) ->
            assertThat(reader.next()).as("%s reads segment %d", peer, sent.sequence()).contains(expected));
    }

    /** Checks that the next segment of every reader has this number and at most so many bytes. */
    void expectPartOf(final long sequence, final long bytes) {
        readers.forEach((peer, reader) -> {
            final Optional<Received> part = reader.next();
            assertThat(part).as("%s reads the beginning of segment %d", peer, sequence).isPresent();
            assertThat(part.get()).as("%s", peer).returns(sequence, Received::sequence);
            assertThat(part.get().bytes()).as("%s: bytes of segment %d", peer, sequence).isBetween(0L, bytes);
        });
    }

    /** Checks that every reader ends; some publishers end their preconnected segment empty before that. */
    void expectEnd() {
        readers.forEach((peer, reader) -> {
            rest(reader).forEach(extra ->
                assertThat(extra).as("%s after the last segment", peer).returns(0L, Received::bytes));
            assertThat(reader.endReason()).as("%s", peer).containsAnyOf("closed", "not found", "404");
        });
    }

    /** Everything that each reader still gets before it ends. */
    Map<Peer, List<Received>> untilEnd() {
        final Map<Peer, List<Received>> all = new LinkedHashMap<>();
        readers.forEach((peer, reader) -> all.put(peer, rest(reader)));
        return all;
    }

    @Override
    public void close() {
        readers.values().forEach(PeerReader::close);
    }

    @Override
    public String toString() {
        return readers.keySet().toString();
    }

    private static List<Received> rest(final PeerReader reader) {
        final List<Received> all = new ArrayList<>();
        for (Optional<Received> next = reader.next(); next.isPresent(); next = reader.next()) {
            all.add(next.get());
        }
        return all;
    }
}
