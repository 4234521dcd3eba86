package dev.rill.bench;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.LocalTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One thread appends chunks to a segment and reads them with every subscriber. The append copies the chunk once into
 * its block, the reads copy nothing.
 * <p>
 * {@link #appendAndRead} is the data path: a segment holds {@value #CHUNKS_PER_SEGMENT} chunks, so that what a change
 * of segment allocates, which {@link #segment} shows, is spread over as many operations.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChannelBenchmark extends AverageTimeBenchmark {
    private static final String CHANNEL = "bench";
    private static final int CHUNKS_PER_SEGMENT = 16_384;
    private static final int POLL_LIMIT = 16;

    /** Subscribers that read every chunk. */
    @Param({"1", "8"})
    public int subscribers;

    /** Chunk length in bytes: one transport packet, and seven. */
    @Param({"188", "1316"})
    public int chunkLength;

    private final Counter counter = new Counter();
    private LocalTrickle trickle;
    private TricklePublisher publisher;
    private TrickleSubscriber[] readers;
    private SegmentWriter segment;
    private ByteBuffer chunk;
    private int chunks;

    /** Opens channel, publisher and subscribers. */
    @Setup
    public void open() {
        trickle = LocalTrickle.launch(new TrickleServerContext().retainedSegments(2));
        trickle.channels().create(CHANNEL, "application/octet-stream");
        publisher = trickle.publish(CHANNEL);
        readers = new TrickleSubscriber[subscribers];
        for (int i = 0; i < subscribers; i++) {
            readers[i] = trickle.subscribe(CHANNEL, Trickle.CURRENT);
        }
        chunk = ByteBuffer.allocateDirect(chunkLength);
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        trickle.close();
    }

    /**
     * Appends one chunk and reads it everywhere.
     *
     * @return bytes read so far.
     */
    @Benchmark
    public long appendAndRead() {
        if (segment == null) {
            segment = publisher.beginSegment();
        }
        segment.offer(chunk.clear());
        if (++chunks == CHUNKS_PER_SEGMENT) {
            segment.complete();
            segment = null;
            chunks = 0;
        }
        for (final TrickleSubscriber reader : readers) {
            reader.poll(counter, POLL_LIMIT);
        }
        return counter.bytes;
    }

    /**
     * Begins a segment, appends one chunk, ends it, and reads it everywhere.
     *
     * @return bytes read so far.
     */
    @Benchmark
    public long segment() {
        final SegmentWriter whole = publisher.beginSegment();
        whole.offer(chunk.clear());
        whole.complete();
        for (final TrickleSubscriber reader : readers) {
            reader.poll(counter, POLL_LIMIT);
        }
        return counter.bytes;
    }

    private static final class Counter implements SegmentHandler {
        private long bytes;

        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
            bytes++;
        }

        @Override
        public void onData(final long sequence, final ByteBuffer data) {
            bytes += data.remaining();
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
            bytes++;
        }

        @Override
        public void onGap(final long from, final long to) {
            throw new IllegalStateException("a reader in the same thread fell behind: " + from + " to " + to);
        }

        @Override
        public void onEnd(final EndReason reason) {
            bytes++;
        }
    }
}
