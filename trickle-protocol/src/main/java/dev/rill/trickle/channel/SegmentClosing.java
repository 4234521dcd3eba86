package dev.rill.trickle.channel;

/** Closes one segment without its end, for the reason that the counter names. */
final class SegmentClosing extends ChannelCommand {
    private final Segment segment;
    private final Counter reason;

    SegmentClosing(final Segment segment, final Counter reason) {
        this.segment = segment;
        this.reason = reason;
    }

    @Override
    void apply(final Channel channel) {
        channel.close(segment, SegmentState.ABORTED, reason);
    }
}
