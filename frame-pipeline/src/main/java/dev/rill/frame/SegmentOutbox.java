package dev.rill.frame;

import dev.rill.frame.ts.ByteSink;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Hands bytes to the publisher segment by segment. What the publisher pushes back is kept, in order, and offered again
 * by {@link #drain}; the stage that owns this box makes nothing new until the box is empty, which bounds it.
 * Single-threaded.
 */
final class SegmentOutbox implements ByteSink {
    private static final Object BEGIN = "begin";
    private static final Object COMPLETE = "complete";

    private final TricklePublisher publisher;
    private final PipelineCounters counters;
    private final ArrayDeque<Object> kept = new ArrayDeque<>();
    private SegmentWriter segment;
    private boolean refused;

    SegmentOutbox(final TricklePublisher publisher, final PipelineCounters counters) {
        this.publisher = publisher;
        this.counters = counters;
    }

    /** Completes the segment, if one is open, and begins the next. */
    void beginSegment() {
        keepOrPerform(BEGIN);
    }

    /** Completes the open segment. */
    void completeSegment() {
        keepOrPerform(COMPLETE);
    }

    @Override
    public void accept(final ByteBuffer bytes) {
        PipelineCounters.add(counters.muxedBytes, bytes.remaining());
        if (kept.isEmpty() && offer(bytes)) {
            return;
        }
        PipelineCounters.add(counters.heldBackBytes, bytes.remaining());
        kept.add(ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip());
    }

    /** Offers again what was pushed back; returns true once nothing is kept. */
    boolean drain() {
        while (!kept.isEmpty()) {
            final Object item = kept.peek();
            if (item instanceof final ByteBuffer bytes) {
                if (!offer(bytes)) {
                    return false;
                }
            } else {
                perform(item);
            }
            kept.poll();
        }
        return true;
    }

    /** Whether the output channel takes no more. */
    boolean isRefused() {
        return refused || publisher.failure() != null;
    }

    void abandon() {
        kept.clear();
    }

    private void keepOrPerform(final Object item) {
        if (kept.isEmpty()) {
            perform(item);
        } else {
            kept.add(item);
        }
    }

    private void perform(final Object item) {
        if (segment != null) {
            segment.complete();
            segment = null;
        }
        if (item == BEGIN && !isRefused()) {
            begin();
        }
    }

    private void begin() {
        try {
            segment = publisher.beginSegment();
            PipelineCounters.add(counters.segmentsOut, 1);
        } catch (final IllegalStateException ex) {
            refused = true; // closed by its host at this moment
        }
    }

    /** Returns false when pushed back; bytes that are refused for good are gone, and {@link #isRefused} tells. */
    private boolean offer(final ByteBuffer bytes) {
        final int length = bytes.remaining();
        final int outcome = segment == null ? SegmentWriter.CLOSED : segment.offer(bytes);
        if (outcome == SegmentWriter.BACK_PRESSURED) {
            return false;
        }
        if (outcome == SegmentWriter.CLOSED) {
            refused = true;
        } else {
            PipelineCounters.add(counters.bytesOut, length);
        }
        return true;
    }
}
