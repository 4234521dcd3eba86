package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.Channels;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader that stops reading harms neither the publisher nor other readers, and finds its way back. */
class SlowReaderTest {
    private static final String CHANNEL = "slow";
    private static final int LENGTH = 1_000_000;
    private static final int BEHIND = 12;

    @ParameterizedTest(name = "{0}")
    @EnumSource(Peer.class)
    void shouldLetASlowReaderJumpAheadWhileOthersGetEverything(final Peer slow)
        throws InterruptedException {
        slow.require();
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext())) {
            server.channels().create(CHANNEL, "video/mp2t");
            final URI base = server.baseUri();
            try (PeerReader reader = slow.stepwiseReader(base, CHANNEL, Readers.CURRENT);
                Readers others = Readers.of(base, CHANNEL, peer -> peer == Peer.RILL);
                PeerPublisher publisher = Peer.RILL.publisher(base, CHANNEL, 1)) {
                final List<Sent> sent = new ArrayList<>();
                publish(publisher, others, sent, 1);
                assertThat(reader.awaitHead()).isZero();
                publish(publisher, others, sent, BEHIND);

                final List<Received> received = new ArrayList<>(List.of(reader.next().orElseThrow()));
                received.add(reader.next().orElseThrow());
                awaitRefusal(server.channels());
                publish(publisher, others, sent, 1);
                received.addAll(upTo(reader, BEHIND + 1));
                check(slow, received, sent);
            }
        }
    }

    private static void publish(
        final PeerPublisher publisher, final Readers others, final List<Sent> sent, final int segments) {
        for (int i = 0; i < segments; i++) {
            sent.add(publisher.publish(LENGTH));
            others.expect(sent.get(sent.size() - 1));
        }
    }

    private static void awaitRefusal(final Channels channels) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PeerProcess.DEADLINE_MS);
        while (channels.counters().get("reads.outOfWindow") == 0) {
            assertThat(System.nanoTime() - deadlineNs).as("no reader was refused; %s", channels.counters())
                .isNegative();
            Thread.sleep(5);
        }
    }

    private static List<Received> upTo(final PeerReader reader, final long last) {
        final List<Received> received = new ArrayList<>();
        Optional<Received> next;
        do {
            next = reader.next();
            received.add(next.orElseThrow());
        } while (next.get().sequence() < last);
        return received;
    }

    /** Whole segments only; the first two are held by the requests that were under way; then a jump. */
    private static void check(final Peer slow, final List<Received> received, final List<Sent> sent) {
        assertThat(received).as("%s", slow).allSatisfy(each ->
            assertThat(each.sha256()).isEqualTo(sent.get((int) each.sequence()).sha256()));
        assertThat(received.stream().map(Received::sequence)).as("%s", slow).startsWith(0L, 1L).endsWith(BEHIND + 1L)
            .isSorted().doesNotHaveDuplicates().hasSizeLessThan(BEHIND);
    }
}
