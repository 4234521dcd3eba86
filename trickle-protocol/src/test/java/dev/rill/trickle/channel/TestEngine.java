package dev.rill.trickle.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;

/** A channel core on a manual clock: time passes and timers run only when the test says so. */
final class TestEngine implements AutoCloseable {
    static final long GRACE_NS = 1_000;
    static final long DEADLINE_NS = 100_000_000;
    static final Retention LIVE = new Retention(5, 64, 0, 0, Delivery.LIVE);

    final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    final Queue<Runnable> timers = new ArrayDeque<>();
    final ChannelRegistry registry;
    long nowNs;

    TestEngine() {
        this(1 << 20, 64, 64);
    }

    TestEngine(final long maxSegmentLength, final int maxChannels, final int maxReaders) {
        this(LIVE, maxSegmentLength, maxChannels, maxReaders, 0);
    }

    TestEngine(final Retention retention, final long maxPinnedBytes) {
        this(retention, 1 << 20, 64, 64, maxPinnedBytes);
    }

    private TestEngine(
        final Retention retention, final long maxSegmentLength, final int maxChannels, final int maxReaders,
        final long maxPinnedBytes) {
        final ChannelPolicy policy = new ChannelPolicy(
            retention, maxSegmentLength, maxChannels, maxReaders, maxPinnedBytes, 10_000, GRACE_NS, GRACE_NS,
            DEADLINE_NS, 2_000, 6_000, 64, true, false);
        final ChannelCounters counters = new ChannelCounters();
        registry = new ChannelRegistry(new Engine(
            policy, counters, new BlockSource(allocator, counters, maxPinnedBytes),
            (delayNs, task) -> timers.add(task), () -> nowNs));
    }

    Channel channel(final String name) {
        return registry.findOrCreate(name, "text/plain");
    }

    static SegmentAppender write(final Channel channel, final long sequence) {
        final WriteOpening opening = new WriteOpening(sequence, false, null);
        channel.submitAndAwait(opening);
        return opening.appender();
    }

    static void publish(final Channel channel, final long sequence, final String text) {
        final SegmentAppender appender = write(channel, sequence);
        append(appender, text);
        appender.complete(null);
    }

    static int append(final SegmentAppender appender, final String text) {
        return appender.appendCopy(StandardCharsets.UTF_8.encode(text));
    }

    static ReadOpening read(final Channel channel, final long sequence) {
        final ReadOpening opening = new ReadOpening(sequence, true);
        channel.submitAndAwait(opening);
        return opening;
    }

    static String rest(final Cursor cursor) {
        final StringBuilder text = new StringBuilder();
        ByteBuf slice = cursor.take(Integer.MAX_VALUE);
        while (slice != null) {
            text.append(slice.toString(StandardCharsets.UTF_8));
            slice.release();
            slice = cursor.take(Integer.MAX_VALUE);
        }
        return text.toString();
    }

    long counter(final Counter counter) {
        return registry.engine().counters().value(counter);
    }

    void runTimers() {
        final Queue<Runnable> due = new ArrayDeque<>(timers);
        timers.clear();
        due.forEach(Runnable::run);
    }

    /** Closes the engine; the caller has closed its cursors. */
    @Override
    public void close() {
        registry.close();
        assertThat(counter(Counter.BLOCKS_IN_USE)).as("blocks in use").isZero();
        assertThat(counter(Counter.BYTES_PINNED)).as("bytes pinned").isZero();
        assertThat(allocator.pinnedDirectMemory()).as("bytes taken from the pool").isZero();
    }
}
