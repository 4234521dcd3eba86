package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChannelStressTest {
    private static final int SEGMENTS = 300;
    private static final int READERS = 3;

    private final TestEngine engine = new TestEngine();
    private final Channel channel = engine.channel("ch");

    /** Byte {@code i} of segment {@code n}: what a reader got wrong shows where it came from. */
    private static byte expected(final long sequence, final long position) {
        return (byte) (sequence * 31 + position * 7);
    }

    @Test
    void shouldShowEveryReaderTheSameBytesWhileSegmentsComeAndGo() throws Exception {
        final long seed = System.nanoTime();
        System.out.println("ChannelStressTest seed=" + seed);
        final ExecutorService threads = Executors.newFixedThreadPool(READERS + 1);
        try {
            final List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(this::readToTheEnd));
            }
            threads.submit(() -> writeAll(new Random(seed))).get(30, TimeUnit.SECONDS);
            for (final Future<Long> reader : readers) {
                assertThat(reader.get(30, TimeUnit.SECONDS)).as("bytes read, seed " + seed).isPositive();
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        }
        engine.close();
    }

    private Void writeAll(final Random random) {
        for (long sequence = 0; sequence < SEGMENTS; sequence++) {
            final SegmentAppender appender = write(channel, sequence);
            long position = 0;
            for (int chunks = 1 + random.nextInt(6); chunks > 0; chunks--) {
                final int length = 1 + random.nextInt(6_000);
                final int spare = random.nextInt(3) == 0 ? 40_000 : 0;
                final byte[] bytes = new byte[length];
                for (int i = 0; i < length; i++) {
                    bytes[i] = expected(sequence, position++);
                }
                final ByteBuf payload = engine.allocator.directBuffer(length + spare).writeBytes(bytes);
                assertThat(appender.append(payload)).isEqualTo(length);
            }
            appender.complete(null);
        }
        engine.registry.close("ch");
        return null;
    }

    private Long readToTheEnd() throws InterruptedException {
        final Semaphore news = new Semaphore(0);
        final Waiter waiter = new Waiter(engine.registry.engine().counters(), news::release);
        channel.register(waiter);
        long bytes = 0;
        long wanted = 0;
        while (true) {
            final ReadOpening opening = read(channel, wanted);
            if (opening.outcome() == ReadOpening.Outcome.CLOSED && opening.oldest() <= wanted) {
                channel.unregister(waiter);
                return bytes;
            }
            if (opening.cursor() == null) {
                wanted = opening.outcome() == ReadOpening.Outcome.CLOSED ? opening.oldest() : opening.pointer();
                continue;
            }
            bytes += readSegment(opening.cursor(), waiter, news);
            wanted++;
        }
    }

    private static long readSegment(final Cursor cursor, final Waiter waiter, final Semaphore news)
        throws InterruptedException {
        long position = 0;
        while (true) {
            waiter.begin();
            ByteBuf slice = cursor.take(1_000);
            while (slice != null) {
                final byte[] bytes = new byte[slice.readableBytes()];
                slice.readBytes(bytes).release();
                for (final byte actual : bytes) {
                    if (actual != expected(cursor.sequence(), position)) {
                        throw new AssertionError("segment " + cursor.sequence() + " byte " + position);
                    }
                    position++;
                }
                slice = cursor.take(1_000);
            }
            if (cursor.isDrained()) {
                cursor.close();
                return position;
            }
            assertThat(news.tryAcquire(10, TimeUnit.SECONDS)).as("a wake-up is missing: %s", cursor).isTrue();
            news.drainPermits();
        }
    }
}
