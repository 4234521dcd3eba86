package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader that stops reading harms neither the publisher nor other readers, and finds its way back. */
class SlowReaderTest {
    private static final String CHANNEL = "slow";
    private static final int LENGTH = 1_000_000;
    private static final int BEHIND = 12;

    /** Slow enough that a reader which pauses before it jumps finds the number that it was told. */
    private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(150);

    @ParameterizedTest(name = "{0}")
    @EnumSource(Peer.class)
    void shouldLetASlowReaderJumpAheadWhileOthersGetEverything(final Peer slow) {
        slow.require();
        try (PeerServer server = PeerServer.rill()) {
            server.create(CHANNEL);
            try (PeerReader reader = slow.stepwiseReader(server.base(), CHANNEL, Readers.CURRENT);
                Stage stage = new Stage(server)) {
                stage.publish();
                assertThat(reader.awaitHead()).isZero();
                for (int i = 0; i < BEHIND; i++) {
                    stage.publish();
                }
                check(slow, stage, catchUp(reader, stage));
            }
        }
    }

    /** Reads on while the stream goes on, until the reader has a segment that is younger than its stop. */
    private static List<Received> catchUp(final PeerReader reader, final Stage stage) {
        final List<Received> received = new ArrayList<>(List.of(reader.next().orElseThrow()));
        final AtomicBoolean caughtUp = new AtomicBoolean();
        final CompletableFuture<Void> stream = CompletableFuture.runAsync(() -> {
            while (!caughtUp.get()) {
                stage.publish();
                LockSupport.parkNanos(PACE_NS);
            }
        });
        try {
            while (received.get(received.size() - 1).sequence() <= BEHIND) {
                received.add(reader.next().orElseThrow());
            }
        } finally {
            caughtUp.set(true);
        }
        stream.join();
        return received;
    }

    /** Whole segments only; the first two are held by the requests that were under way; then a jump. */
    private static void check(final Peer slow, final Stage stage, final List<Received> received) {
        assertThat(received).as("%s", slow).allSatisfy(each ->
            assertThat(each.sha256()).isEqualTo(stage.sent.get((int) each.sequence()).sha256()));
        assertThat(received.stream().map(Received::sequence)).as("%s", slow).startsWith(0L, 1L).isSorted()
            .doesNotHaveDuplicates().hasSizeLessThan(BEHIND);
    }

    /** A publisher and a reader that keeps up. */
    private static final class Stage implements AutoCloseable {
        private final List<Sent> sent = new ArrayList<>();
        private final Readers others;
        private final PeerPublisher publisher;

        Stage(final PeerServer server) {
            others = Readers.of(server.base(), CHANNEL, peer -> peer == Peer.RILL);
            publisher = Peer.RILL.publisher(server.base(), CHANNEL, 1);
        }

        void publish() {
            final Sent segment = publisher.publish(LENGTH);
            sent.add(segment);
            others.expect(segment);
        }

        @Override
        public void close() {
            publisher.close();
            others.close();
        }
    }
}
