package dev.rill.trickle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes whole segments and waits wherever a {@link TricklePublisher} would push back; for any carriage.
 * <pre>{@code
 *   try (BlockingPublisher publisher = new BlockingPublisher(trickle.publish("camera"))) {
 *       publisher.write(firstSegment);
 *       publisher.write(inputStream);               // as fast as the source and the peer allow
 *       publisher.awaitConfirmed(timeoutNs);
 *   }
 * }</pre>
 * Not thread-safe: one thread writes. {@link #close} may be called by any thread; a write that waits then fails.
 */
public final class BlockingPublisher implements AutoCloseable {
    private static final int PIECE_BYTES = 32 << 10;
    private static final long MIN_PARK_NS = 50_000;
    private static final long MAX_PARK_NS = 1_000_000;

    private final TricklePublisher publisher;
    private byte[] piece;

    /**
     * @param publisher written to and closed by this adapter only.
     */
    public BlockingPublisher(final TricklePublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Publishes a segment. Returns when the carriage has taken all of it, which is before the peer has stored it.
     *
     * @param segment bytes from position to limit, possibly none; consumed.
     * @return number of the segment, or -1 while the peer has not told it.
     * @throws InterruptedException if interrupted while waiting; the segment is given up.
     * @throws TrickleException     if the segment is lost; {@link #failure()} tells whether there can be others.
     * @throws IllegalStateException if this publisher is closed.
     */
    public long write(final ByteBuffer segment) throws InterruptedException {
        final SegmentWriter writer = publisher.beginSegment();
        boolean taken = false;
        try {
            final int limit = segment.limit();
            while (segment.position() < limit) {
                segment.limit(Math.min(limit, segment.position() + PIECE_BYTES));
                offer(writer, segment);
            }
            taken = true;
        } finally {
            end(writer, taken);
        }
        return writer.sequence();
    }

    /**
     * Publishes a segment, as {@link #write(ByteBuffer)}.
     *
     * @param segment bytes, possibly none; copied.
     * @return number of the segment, or -1 while the peer has not told it.
     * @throws InterruptedException if interrupted while waiting; the segment is given up.
     */
    public long write(final byte[] segment) throws InterruptedException {
        return write(ByteBuffer.wrap(segment));
    }

    /**
     * Publishes what a stream yields until its end as one segment, each piece as soon as it is read.
     *
     * @param segment read to its end, not closed.
     * @return number of the segment, or -1 while the peer has not told it.
     * @throws IOException          as thrown by the stream; the segment is given up.
     * @throws InterruptedException if interrupted while waiting; the segment is given up.
     * @throws TrickleException     if the segment is lost; {@link #failure()} tells whether there can be others.
     */
    public long write(final InputStream segment) throws IOException, InterruptedException {
        if (piece == null) {
            piece = new byte[PIECE_BYTES];
        }
        final SegmentWriter writer = publisher.beginSegment();
        boolean taken = false;
        try {
            for (int length = segment.read(piece); length >= 0; length = segment.read(piece)) {
                offer(writer, ByteBuffer.wrap(piece, 0, length));
            }
            taken = true;
        } finally {
            end(writer, taken);
        }
        return writer.sequence();
    }

    /**
     * Waits until the peer has confirmed every completed segment, or it is known to be lost.
     *
     * @param timeoutNs longest time, in nanoseconds.
     * @return false if the time passed first.
     * @throws InterruptedException if interrupted.
     */
    public boolean awaitConfirmed(final long timeoutNs) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (publisher.unconfirmedSegments() > 0) {
            if (System.nanoTime() - startNs >= timeoutNs) {
                return false;
            }
            park(MAX_PARK_NS);
        }
        return true;
    }

    /** Why nothing can be published any more, or null. */
    public EndReason failure() {
        return publisher.failure();
    }

    /** Closes the publisher and leaves the channel open; see {@link TricklePublisher#leave()}. */
    public void leave() {
        publisher.leave();
    }

    /** Closes the publisher and with it the channel; see {@link TricklePublisher#close()}. */
    @Override
    public void close() {
        publisher.close();
    }

    private void offer(final SegmentWriter writer, final ByteBuffer bytes) throws InterruptedException {
        long parkNs = MIN_PARK_NS;
        while (bytes.hasRemaining()) {
            final int taken = writer.offer(bytes);
            if (taken == SegmentWriter.CLOSED) {
                throw new TrickleException("segment " + writer.sequence() + " is lost: "
                    + (publisher.failure() == null ? "given up by the carriage or closed" : publisher.failure()));
            }
            if (taken == SegmentWriter.BACK_PRESSURED) {
                park(parkNs);
                parkNs = Math.min(MAX_PARK_NS, 2 * parkNs);
            }
        }
    }

    private static void end(final SegmentWriter writer, final boolean taken) {
        if (taken) {
            writer.complete();
        } else {
            writer.abort();
        }
    }

    private void park(final long ns) throws InterruptedException {
        LockSupport.parkNanos(this, ns);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
