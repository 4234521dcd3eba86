package dev.rill.trickle.channel;

/** Drops a segment by its number: it will not (fully) come. */
public class SegmentDrop extends ChannelCommand {
    private final long sequence;
    private boolean found;

    /**
     * @param sequence number of the segment.
     */
    public SegmentDrop(final long sequence) {
        this.sequence = sequence;
    }

    /** Whether the segment was retained; one that had ended is left as it is. */
    public final boolean isFound() {
        return found;
    }

    @Override
    final void apply(final Channel channel) {
        final Segment segment = channel.isClosed() ? null : channel.find(sequence);
        found = segment != null;
        if (found) {
            channel.close(segment, SegmentState.ABORTED, Counter.SEGMENTS_DROPPED);
        }
    }
}
