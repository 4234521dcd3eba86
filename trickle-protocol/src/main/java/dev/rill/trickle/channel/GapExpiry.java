package dev.rill.trickle.channel;

/** Releases readers of numbers that the publisher has jumped over and that no writer is connected for. */
final class GapExpiry extends ChannelCommand {
    private final long below;

    GapExpiry(final long below) {
        this.below = below;
    }

    @Override
    void apply(final Channel channel) {
        for (final Segment segment : channel.window().segments()) {
            if (segment.sequence() < below && segment.pendingWriters == 0
                && segment.state() == SegmentState.EXPECTED) {
                channel.close(segment, SegmentState.ABORTED, Counter.SEGMENTS_SKIPPED);
            }
        }
    }
}
