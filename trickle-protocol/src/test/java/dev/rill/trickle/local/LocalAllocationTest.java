package dev.rill.trickle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.Delivery;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.LocalTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts the bytes that this thread allocates: the data path none, a change of segment a bounded number. */
class LocalAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CHUNKS = 3_000;
    private static final int WARM_UP_SEGMENTS = 6;
    /** Of which the best counts: code that the compiler changes in the middle allocates for a moment. */
    private static final int SEGMENTS = 4;
    /** What a change of segment may allocate, beside what it may for each subscriber. */
    private static final long SEGMENT_BYTES = 1_500;
    private static final long SUBSCRIBER_BYTES = 500;

    private final LocalTrickle trickle =
        LocalTrickle.launch(new TrickleServerContext().retainedSegments(2).retainedBytes(64 << 20));
    private final CountingHandler handler = new CountingHandler();

    @AfterEach
    void close() {
        trickle.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 100, LIVE", "1, 1316, LIVE", "8, 1316, LIVE", "40, 300, LIVE", "8, 1316, LOSSLESS"})
    void shouldAllocateNothingForAppendsAndReads(
        final int subscribers, final int chunkLength, final Delivery delivery) {
        trickle.channels().create("ch", "", ChannelOptions.DEFAULTS.delivery(delivery));
        final TricklePublisher publisher = trickle.publish("ch");
        final TrickleSubscriber[] readers = new TrickleSubscriber[subscribers];
        for (int i = 0; i < subscribers; i++) {
            readers[i] = trickle.subscribe("ch", 0);
        }
        final ByteBuffer chunk = ByteBuffer.allocateDirect(chunkLength);
        for (int i = 0; i < WARM_UP_SEGMENTS; i++) {
            final SegmentWriter segment = begin(publisher, chunk, readers);
            relay(segment, chunk, readers);
            end(segment, readers);
        }

        long appends = Long.MAX_VALUE;
        long changes = Long.MAX_VALUE;
        for (int i = 0; i < SEGMENTS; i++) {
            final long start = THREADS.getCurrentThreadAllocatedBytes();
            final SegmentWriter segment = begin(publisher, chunk, readers);
            final long begun = THREADS.getCurrentThreadAllocatedBytes();
            relay(segment, chunk, readers);
            final long relayed = THREADS.getCurrentThreadAllocatedBytes();
            end(segment, readers);
            final long ended = THREADS.getCurrentThreadAllocatedBytes();
            appends = Math.min(appends, relayed - begun);
            changes = Math.min(changes, begun - start + ended - relayed);
        }

        assertThat(handler.bytes).isEqualTo(
            (long) (WARM_UP_SEGMENTS + SEGMENTS) * (CHUNKS + 1) * chunkLength * subscribers);
        // The smallest object per append would be 16 bytes; a handful in all is the compiler's doing.
        assertThat(appends).as("bytes allocated by %s appends and their reads", CHUNKS).isLessThan(CHUNKS / 2);
        assertThat(changes).as("bytes allocated by a change of segment")
            .isLessThan(SEGMENT_BYTES + SUBSCRIBER_BYTES * subscribers);
    }

    private SegmentWriter begin(
        final TricklePublisher publisher, final ByteBuffer chunk, final TrickleSubscriber[] readers) {
        final SegmentWriter segment = publisher.beginSegment();
        segment.offer(chunk.clear());
        poll(readers);
        return segment;
    }

    private void relay(final SegmentWriter segment, final ByteBuffer chunk, final TrickleSubscriber[] readers) {
        for (int i = 0; i < CHUNKS; i++) {
            segment.offer(chunk.clear());
            poll(readers);
        }
    }

    private void end(final SegmentWriter segment, final TrickleSubscriber[] readers) {
        segment.complete();
        poll(readers);
    }

    private void poll(final TrickleSubscriber[] readers) {
        for (final TrickleSubscriber reader : readers) {
            reader.poll(handler, 9);
        }
    }

    private static final class CountingHandler implements SegmentHandler {
        private long bytes;

        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
        }

        @Override
        public void onData(final long sequence, final ByteBuffer data) {
            bytes += data.remaining();
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
        }

        @Override
        public void onGap(final long from, final long to) {
            throw new IllegalStateException("a reader of the same thread fell behind: " + from + " to " + to);
        }

        @Override
        public void onEnd(final EndReason reason) {
        }
    }
}
