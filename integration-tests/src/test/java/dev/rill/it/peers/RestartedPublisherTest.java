package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A publisher vanishes in mid-stream and another takes its place, while readers of every kind are attached. */
class RestartedPublisherTest {
    private static final String CHANNEL = "restarted";
    private static final int BEFORE = 8;
    private static final int AFTER = 10;
    private static final int LENGTH = 50_000;

    private static final List<Peer> VANISHING = Stream.of(Peer.values()).filter(peer -> !peer.isRill()).toList();

    static Stream<Arguments> takeovers() {
        final Peer[] successors = {Peer.RILL, Peer.GATEWAY_EAGER, Peer.RILL_HTTP2, Peer.GATEWAY_LAZY};
        return IntStream.range(0, VANISHING.size())
            .mapToObj(i -> Arguments.of(VANISHING.get(i), successors[i % successors.length]));
    }

    static Stream<Arguments> restarts() {
        final Stream<Arguments> sameAgain = VANISHING.stream().filter(Peer::numbersFromZero)
            .map(peer -> Arguments.of(peer, peer));
        return Stream.concat(
            Stream.of(Arguments.of(Peer.GO, Peer.RILL), Arguments.of(Peer.GO, Peer.RILL_HTTP2)), sameAgain);
    }

    @ParameterizedTest(name = "{0} vanishes, {1} takes over")
    @MethodSource("takeovers")
    void shouldEndTheTornSegmentWhenAPublisherTakesOverWithAReset(final Peer first, final Peer second)
        throws InterruptedException {
        first.require();
        second.require();
        try (PeerServer server = PeerServer.rill()) {
            server.create(CHANNEL);
            try (Readers readers = Readers.all(server, CHANNEL)) {
                final long torn = vanishInMidSegment(server, first, readers);
                try (PeerPublisher successor = second.successor(server.base(), CHANNEL, 2)) {
                    final Sent next = successor.publish(LENGTH);
                    assertThat(next.sequence()).isEqualTo(torn + 1);
                    readers.expectPartOf(torn, LENGTH);
                    readers.expect(next);
                    successor.finish();
                }
                readers.expectEnd();
            }
        }
    }

    /** Without the gateway's readers: they take a number that went back for one to wait for, and give up. */
    @ParameterizedTest(name = "{0} vanishes, {1} starts at 0")
    @MethodSource("restarts")
    void shouldFollowAPublisherThatStartsAgainBelowTheWindow(final Peer first, final Peer second)
        throws InterruptedException {
        first.require();
        second.require();
        try (PeerServer server = PeerServer.rill()) {
            server.create(CHANNEL);
            try (Readers readers = Readers.of(server.base(), CHANNEL, Peer::numbersFromZero)) {
                try (PeerPublisher publisher = first.publisher(server.base(), CHANNEL, 1)) {
                    IntStream.range(0, BEFORE).forEach(i -> readers.expect(publisher.publish(LENGTH)));
                }
                final Map<Long, Sent> sent = startAgain(server, second);
                server.delete(CHANNEL);
                readers.untilEnd().forEach((reader, received) -> checkFollowed(reader, received, sent));
            }
        }
    }

    private static long vanishInMidSegment(final PeerServer server, final Peer peer, final Readers readers)
        throws InterruptedException {
        try (PeerPublisher publisher = peer.publisher(server.base(), CHANNEL, 1)) {
            IntStream.range(0, 3).forEach(i -> readers.expect(publisher.publish(LENGTH)));
            final long torn = publisher.begin(LENGTH);
            server.awaitNext(CHANNEL, torn + 1);
            return torn;
        }
    }

    private static Map<Long, Sent> startAgain(final PeerServer server, final Peer peer) throws InterruptedException {
        try (PeerPublisher second = peer.publisher(server.base(), CHANNEL, 2)) {
            return IntStream.range(0, AFTER).mapToObj(i -> {
                pace();
                return second.publish(LENGTH + i);
            }).collect(Collectors.toMap(Sent::sequence, each -> each));
        }
    }

    /** Live segments: readers that were refused pause up to a second before they look where the channel is now. */
    private static void pace() {
        try {
            TimeUnit.MILLISECONDS.sleep(250);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void checkFollowed(final Peer reader, final List<Received> received, final Map<Long, Sent> sent) {
        final List<Received> filled = received.stream().filter(each -> each.bytes() > 0).toList();
        assertThat(filled).as("%s after the restart: %s", reader, received).isNotEmpty().allSatisfy(each ->
            assertThat(each.sha256()).isEqualTo(sent.get(each.sequence()).sha256()));
        assertThat(filled.get(filled.size() - 1).sequence()).as("%s: last segment", reader).isEqualTo(AFTER - 1);
    }
}
