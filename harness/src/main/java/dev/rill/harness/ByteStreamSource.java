package dev.rill.harness;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Publishes a stream of bytes as it arrives, cut into segments by length and by time. A segment begins with its first
 * byte, so that silence leaves none behind. One thread.
 */
final class ByteStreamSource {
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final InputReader input;
    private final long segmentBytes;
    private final long segmentNs;
    private long room;
    private long endNs;

    /**
     * @param input        stays the caller's.
     * @param segmentBytes most bytes of a segment.
     * @param segmentNs    longest time from the first byte of a segment to its end.
     */
    ByteStreamSource(final InputReader input, final long segmentBytes, final long segmentNs) {
        this.input = input;
        this.segmentBytes = segmentBytes;
        this.segmentNs = segmentNs;
    }

    /** Publishes until the input ends or the feed is cancelled. */
    void run(final SegmentFeed feed) {
        while (!input.isAtEnd() && !feed.isCancelled()) {
            final long leftNs = feed.isOpen() ? endNs - System.nanoTime() : LOOK_NS;
            final ByteBuffer bytes = leftNs > 0 ? input.poll(Math.min(leftNs, LOOK_NS)) : null;
            if (bytes != null) {
                write(bytes, feed);
            }
            if (feed.isOpen() && System.nanoTime() - endNs >= 0) {
                feed.end();
            }
        }
        if (feed.isOpen()) {
            feed.end();
        }
    }

    private void write(final ByteBuffer bytes, final SegmentFeed feed) {
        final int end = bytes.limit();
        while (bytes.position() < end && !feed.isCancelled()) {
            if (!feed.isOpen()) {
                feed.begin();
                room = segmentBytes;
                endNs = System.nanoTime() + segmentNs;
            }
            bytes.limit((int) Math.min(end, bytes.position() + room));
            room -= bytes.remaining();
            feed.write(bytes);
            bytes.limit(end);
            if (room == 0) {
                feed.end();
            }
        }
    }
}
