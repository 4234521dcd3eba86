package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.EndReasons;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Publishes segment by segment, waits where the publisher is full, and counts. One thread; the publisher stays the
 * caller's.
 */
final class SegmentFeed {
    private static final int MAX_OFFER = 64 * 1024;
    private static final long STEP_NS = 1_000_000L;

    private final TricklePublisher publisher;
    private final long stallTimeoutNs;
    private final BooleanSupplier cancelled;
    private SegmentWriter segment;
    private long segments;
    private long bytes;

    /**
     * @param publisher      where to.
     * @param stallTimeoutNs how long the publisher may take nothing.
     * @param cancelled      ends waits early; what is under way is given up then.
     */
    SegmentFeed(final TricklePublisher publisher, final long stallTimeoutNs, final BooleanSupplier cancelled) {
        this.publisher = publisher;
        this.stallTimeoutNs = stallTimeoutNs;
        this.cancelled = cancelled;
    }

    boolean isOpen() {
        return segment != null;
    }

    boolean isCancelled() {
        return cancelled.getAsBoolean();
    }

    /**
     * Begins a segment.
     *
     * @throws JobException when nothing can be published any more.
     */
    void begin() {
        if (publisher.failure() != null) {
            throw refused();
        }
        segment = publisher.beginSegment();
    }

    /**
     * Adds bytes to the open segment; blocks while there is no room for them.
     *
     * @param source consumed; what is left of it at a cancellation is given up.
     * @throws JobException when the publisher takes nothing any more.
     */
    void write(final ByteBuffer source) {
        final int end = source.limit();
        while (source.position() < end && !isCancelled()) {
            source.limit(Math.min(end, source.position() + MAX_OFFER));
            bytes += source.remaining();
            offer(source);
            source.limit(end);
        }
    }

    /** Ends the open segment. */
    void end() {
        segment.complete();
        segment = null;
        segments++;
    }

    long segments() {
        return segments;
    }

    long bytes() {
        return bytes;
    }

    private void offer(final ByteBuffer piece) {
        final long deadlineNs = System.nanoTime() + stallTimeoutNs;
        int outcome = segment.offer(piece);
        while (outcome == SegmentWriter.BACK_PRESSURED && !isCancelled()) {
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new JobException(504, "nothing was taken for %d s while publishing".formatted(
                    TimeUnit.NANOSECONDS.toSeconds(stallTimeoutNs)));
            }
            LockSupport.parkNanos(STEP_NS);
            outcome = segment.offer(piece);
        }
        if (outcome == SegmentWriter.CLOSED) {
            throw refused();
        }
    }

    private JobException refused() {
        return new JobException(502, "publishing ended early: " + EndReasons.describe(publisher.failure()));
    }
}
