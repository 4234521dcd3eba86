package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Everything at once on few channels: HTTP and in-process parties, drops, closes, vanishing peers, then a stop. */
class ServerStressTest {
    private static final long SEED = System.nanoTime();
    private static final int CHANNELS = 3;
    private static final long DURATION_NS = TimeUnit.SECONDS.toNanos(2);

    private final TrickleServer server = TrickleServer.launch(new TrickleServerContext()
        .autocreate(true)
        .eventLoopThreads(2)
        .abortGraceNs(TimeUnit.MILLISECONDS.toNanos(5))
        .gapGraceNs(TimeUnit.MILLISECONDS.toNanos(5))
        .closeLingerNs(TimeUnit.MILLISECONDS.toNanos(20))
        .tombstoneNs(TimeUnit.MILLISECONDS.toNanos(50)));
    private final long endNs = System.nanoTime() + DURATION_NS;

    @Test
    void shouldNeitherHangNorLeak() throws Exception {
        System.out.println("ServerStressTest seed=" + SEED);
        final ExecutorService threads = Executors.newCachedThreadPool();
        try {
            final List<Future<Long>> parties = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                parties.add(threads.submit(party(i, this::publishOverHttp)));
                parties.add(threads.submit(party(10 + i, this::readOverHttp)));
                parties.add(threads.submit(party(20 + i, this::publishLocally)));
                parties.add(threads.submit(party(30 + i, this::readLocally)));
            }
            parties.add(threads.submit(party(40, this::disturb)));
            for (final Future<Long> party : parties) {
                assertThat(party.get(30, TimeUnit.SECONDS)).as("rounds of one party").isPositive();
            }
        } finally {
            threads.shutdownNow();
        }
        server.close();
        assertThat(server.channels().counters())
            .containsEntry("blocks.inUse", 0L)
            .containsEntry("bytes.pinned", 0L);
    }

    private Callable<Long> party(final int salt, final Round round) {
        return () -> {
            final Random random = new Random(SEED + salt);
            long rounds = 0;
            while (System.nanoTime() < endNs) {
                round.play(random);
                rounds++;
            }
            return rounds;
        };
    }

    private void publishOverHttp(final Random random) throws IOException {
        try (RawConnection connection = new RawConnection(server.port(), 0)) {
            connection.request("POST", channel(random) + "/-1", "Transfer-Encoding: chunked\r\n", new byte[0]);
            for (int chunks = random.nextInt(4); chunks > 0; chunks--) {
                connection.chunk("x".repeat(1 + random.nextInt(20_000)));
            }
            if (random.nextInt(4) > 0) {
                connection.endBody();
                connection.awaitFinalHead(5_000);
                assertThat(connection.status()).isEqualTo(200);
            } else if (random.nextBoolean()) {
                connection.reset();
            }
        } catch (final SocketException answeredEarly) {
            assertThat(answeredEarly.getMessage()).containsAnyOf("reset", "Broken pipe");
        }
    }

    private void readOverHttp(final Random random) throws IOException {
        try (RawConnection connection = new RawConnection(server.port(), 0)) {
            for (int i = 0; i < 3; i++) {
                connection.request("GET", channel(random) + "/-2", "", new byte[0]);
                if (random.nextInt(5) == 0) {
                    connection.reset();
                    return;
                }
                connection.awaitFinalHead(3_000);
                assertThat(connection.status()).isIn(200, 404, 470);
                connection.awaitBody(3_000);
            }
        } catch (final AssertionError parkedAtTheEnd) {
            assertThat(System.nanoTime()).as(parkedAtTheEnd.toString()).isGreaterThan(endNs);
        }
    }

    private void publishLocally(final Random random) {
        try (Trickle local = server.local(); TricklePublisher publisher = local.publish(channel(random).substring(1))) {
            for (int i = random.nextInt(20); i >= 0; i--) {
                final SegmentWriter writer = publisher.beginSegment();
                writer.offer(ByteBuffer.allocateDirect(1 + random.nextInt(100_000)));
                if (random.nextInt(8) == 0) {
                    writer.abort();
                } else {
                    writer.complete();
                }
            }
        }
    }

    private void readLocally(final Random random) throws InterruptedException {
        final Semaphore news = new Semaphore(0);
        try (Trickle local = server.local();
             TrickleSubscriber subscriber = local.subscribe(channel(random).substring(1), -1 - random.nextInt(2))) {
            subscriber.onReadable(news::release);
            final CollectingHandler handler = new CollectingHandler();
            for (int i = 0; i < 50 && !subscriber.isEnded(); i++) {
                news.tryAcquire(2, TimeUnit.MILLISECONDS);
                subscriber.poll(handler, 3);
            }
        }
    }

    private void disturb(final Random random) throws Exception {
        final String name = channel(random);
        if (random.nextInt(3) == 0) {
            server.channels().close(name.substring(1));
        } else {
            try (RawConnection connection = new RawConnection(server.port(), 0)) {
                final long sequence = Math.max(0, server.channels().nextSequence(name.substring(1)));
                connection.request("DELETE", name + "/" + sequence, "", new byte[0]);
                connection.awaitFinalHead(5_000);
                assertThat(connection.status()).isIn(200, 400, 404);
            }
        }
        Thread.sleep(2);
    }

    private static String channel(final Random random) {
        return "/s" + random.nextInt(CHANNELS);
    }

    private interface Round {
        void play(Random random) throws Exception;
    }
}
