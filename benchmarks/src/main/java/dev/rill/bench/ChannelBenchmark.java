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
 * One thread appends a chunk to the current segment and reads it with every subscriber; a segment holds 64 chunks. The
 * append copies the chunk once into its block, the reads copy nothing.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChannelBenchmark extends AverageTimeBenchmark {
    private static final String CHANNEL = "bench";
    private static final int CHUNKS_PER_SEGMENT = 64;
    private static final int POLL_LIMIT = 16;

    /** Subscribers that read every chunk. */
    @Param({"1", "8"})
    public int subscribers;

    /** Chunk length in bytes: seven transport packets, and a socket read. */
    @Param({"1316", "8192"})
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
        trickle = LocalTrickle.launch(new TrickleServerContext());
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
