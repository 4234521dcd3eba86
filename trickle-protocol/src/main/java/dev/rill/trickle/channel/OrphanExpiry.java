package dev.rill.trickle.channel;

/** The grace time of a lost writer is over: closes its segment unless another writer has continued it. */
final class OrphanExpiry extends ChannelCommand {
    private final Segment segment;
    private final int losses;

    OrphanExpiry(final Segment segment, final int losses) {
        this.segment = segment;
        this.losses = losses;
    }

    @Override
    void apply(final Channel channel) {
        if (segment.state() == SegmentState.WRITING && segment.owner() == null && segment.losses == losses) {
            channel.close(segment, SegmentState.ABORTED, Counter.SEGMENTS_ORPHANED);
        }
    }
}
