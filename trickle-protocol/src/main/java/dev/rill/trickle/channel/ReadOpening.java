package dev.rill.trickle.channel;

/**
 * Opens a segment for reading: who is served, parked and refused is section 2.5 of the wire specification. Submitted to
 * a channel once; the results are valid when it has been applied.
 */
public class ReadOpening extends ChannelCommand {
    /** What came of it. */
    public enum Outcome {
        /** A cursor was opened. */
        OPENED,
        /** The number is neither retained nor expected next. */
        OUT_OF_WINDOW,
        /** The channel is closed and the segment is not among its remains. */
        CLOSED,
        /** The channel has as many readers as it may have. */
        TOO_MANY_READERS
    }

    private final long requested;
    private final boolean mayPark;
    private Outcome outcome;
    private Cursor cursor;
    private long pointer;
    private long oldest = -1;
    private int epoch;
    private boolean begun;

    /**
     * @param requested a number, -1 for the pointer, -2 for the segment before it, -n for n - 1 before it.
     * @param mayPark   whether a segment may be expected; otherwise a segment without a byte is out of the window.
     */
    public ReadOpening(final long requested, final boolean mayPark) {
        this.requested = requested;
        this.mayPark = mayPark;
    }

    /** What came of it. */
    public final Outcome outcome() {
        return outcome;
    }

    /** The reader's place, owned by the caller; null unless {@link Outcome#OPENED}. */
    public final Cursor cursor() {
        return cursor;
    }

    /** The number as it was asked for. */
    public final long requested() {
        return requested;
    }

    /** The pointer when this was applied. */
    public final long pointer() {
        return pointer;
    }

    /** Lowest retained number that has a byte or an end, or -1. */
    public final long oldest() {
        return oldest;
    }

    /** How often the channel had restarted when this was applied. */
    public final int epoch() {
        return epoch;
    }

    /** Whether the segment had a byte when this was applied. */
    public final boolean isBegun() {
        return begun;
    }

    @Override
    final void apply(final Channel channel) {
        pointer = channel.pointer();
        oldest = channel.window().oldest();
        epoch = channel.epoch();
        final Segment segment = channel.isClosed() ? remains(channel) : admitted(channel);
        if (segment == null) {
            return;
        }
        if (!channel.readerCame()) {
            outcome = Outcome.TOO_MANY_READERS;
            return;
        }
        final boolean holding = mayPark && channel.isLossless() && !channel.isClosed();
        if (holding) {
            segment.readers.came();
        }
        segment.retain();
        begun = segment.length() > 0;
        cursor = new Cursor(channel, segment, holding);
        outcome = Outcome.OPENED;
    }

    private Segment remains(final Channel channel) {
        final Segment segment = requested < 0 ? null : channel.find(requested);
        if (segment == null) {
            outcome = Outcome.CLOSED;
        }
        return segment;
    }

    private Segment admitted(final Channel channel) {
        final long sequence = resolved(channel);
        final Segment segment = channel.find(sequence);
        if (segment != null && (mayPark || segment.state() != SegmentState.EXPECTED)) {
            return segment;
        }
        if (mayPark && isExpected(channel, sequence)) {
            return channel.insert(sequence);
        }
        channel.outOfWindow();
        outcome = Outcome.OUT_OF_WINDOW;
        return null;
    }

    private boolean isExpected(final Channel channel, final long sequence) {
        return sequence == pointer || sequence == 1 && pointer == 0
            || sequence == pointer + 1 && channel.policy().admitAhead();
    }

    private long resolved(final Channel channel) {
        if (requested >= 0) {
            return requested;
        }
        if (requested >= -2) {
            return Math.max(0, pointer + requested + 1);
        }
        final long back = pointer + Math.max(requested, -Long.MAX_VALUE / 2) + 1;
        return Math.max(Math.max(0, back), Math.min(channel.window().lowest(), pointer));
    }
}
