package dev.rill.frame.sink;

import dev.rill.frame.ts.ByteSink;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Publishes segments on a channel. What the channel pushes back is kept, in order, and offered again by {@link #drain};
 * whoever owns this makes nothing new until that is true, which bounds it. Single-threaded.
 */
public final class ChannelSink implements ResultSink, ByteSink {
    private static final Object BEGIN = "begin";
    private static final Object COMPLETE = "complete";

    private final TricklePublisher publisher;
    private final ChannelCounters counters = new ChannelCounters();
    private final String location;
    private final ArrayDeque<Object> kept = new ArrayDeque<>();
    private SegmentWriter segment;
    private boolean refused;

    /**
     * A sink for a channel.
     *
     * @param location  name of the channel, for people.
     * @param publisher owned from now on.
     */
    public ChannelSink(final String location, final TricklePublisher publisher) {
        this.location = location;
        this.publisher = publisher;
    }

    /** What was written. Any thread. */
    public ChannelCounters counters() {
        return counters;
    }

    /** Completes the segment, if one is open, and begins the next. */
    @Override
    public void beginSegment() {
        keepOrPerform(BEGIN);
    }

    /** Completes the open segment. */
    @Override
    public void endSegment() {
        keepOrPerform(COMPLETE);
    }

    @Override
    public void accept(final ByteBuffer bytes) {
        counters.onTaken(bytes.remaining());
        if (kept.isEmpty() && offer(bytes)) {
            return;
        }
        counters.onHeldBack(bytes.remaining());
        kept.add(ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip());
    }

    @Override
    public boolean drain() {
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
    public boolean isRefused() {
        return refused || publisher.failure() != null;
    }

    @Override
    public String failure() {
        return isRefused() ? "channel " + location + " refuses data: " + publisher.failure() : null;
    }

    /** Forgets what the channel has not taken. */
    public void abandon() {
        kept.clear();
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public long bytesTaken() {
        return counters.takenBytes();
    }

    @Override
    public long droppedUnits() {
        return 0;
    }

    /** Completes the open segment and closes the channel; what it has not taken is lost, see {@link #drain}. */
    @Override
    public void close() {
        publisher.close();
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
            counters.onSegment();
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
            counters.onPublished(length);
        }
        return true;
    }
}
