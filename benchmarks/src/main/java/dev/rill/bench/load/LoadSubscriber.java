package dev.rill.bench.load;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/** Reads chunks, verifies every byte of them, and records when they arrived. One thread. */
final class LoadSubscriber implements SegmentHandler {
    private final Chunk chunk;
    private final long firstMeasured;
    private final Histogram latencyNs;
    private final ByteBuffer header = ByteBuffer.allocate(Chunk.HEADER_BYTES);
    private long expected;
    private long measured;
    private int position;
    private String failure;

    /**
     * @param chunk         of the length that is sent; shared by the subscribers of a thread.
     * @param firstMeasured number of the first chunk that counts.
     * @param latencyNs     from intended time to arrival; shared by the subscribers of a thread.
     */
    LoadSubscriber(final Chunk chunk, final long firstMeasured, final Histogram latencyNs) {
        this.chunk = chunk;
        this.firstMeasured = firstMeasured;
        this.latencyNs = latencyNs;
    }

    /** Chunks that arrived whole and count. */
    long measured() {
        return measured;
    }

    /** Number of the chunk that is awaited. */
    long expected() {
        return expected;
    }

    /** What was lost or wrong, or null. */
    String failure() {
        return failure;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        if (position != 0) {
            fail("segment %d began within chunk %d".formatted(sequence, expected));
        }
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        while (bytes.hasRemaining() && failure == null) {
            if (position < Chunk.HEADER_BYTES) {
                readHeader(bytes);
            } else {
                readPattern(bytes);
            }
            if (position == chunk.length()) {
                onChunk();
            }
        }
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        if (!intact) {
            fail("segment %d is torn".formatted(sequence));
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        fail("segments %d to %d were lost".formatted(from, to - 1));
    }

    @Override
    public void onEnd(final EndReason reason) {
        fail("the subscription ended: " + reason);
    }

    private void readHeader(final ByteBuffer bytes) {
        while (bytes.hasRemaining() && header.hasRemaining()) {
            header.put(bytes.get());
            position++;
        }
        if (position == Chunk.HEADER_BYTES && header.getLong(0) != expected) {
            fail("chunk %d arrived, expected %d".formatted(header.getLong(0), expected));
        }
    }

    private void readPattern(final ByteBuffer bytes) {
        final int length = Math.min(bytes.remaining(), chunk.length() - position);
        final ByteBuffer piece = bytes.slice(bytes.position(), length);
        if (!chunk.matches(expected, position - Chunk.HEADER_BYTES, piece)) {
            fail("chunk %d has wrong bytes after %d".formatted(expected, position));
        }
        bytes.position(bytes.position() + length);
        position += length;
    }

    private void onChunk() {
        if (expected >= firstMeasured) {
            measured++;
            latencyNs.recordValue(Math.max(0, System.nanoTime() - header.getLong(Long.BYTES)));
        }
        expected++;
        position = 0;
        header.clear();
    }

    private void fail(final String what) {
        if (failure == null) {
            failure = what;
        }
    }
}
