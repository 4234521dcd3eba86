package dev.rill.trickle.channel;

/** The first byte of a segment is stored: moves the pointer, then makes the byte visible. Section 2.9, rule 1. */
final class FirstByte extends ChannelCommand {
    private final Segment segment;

    FirstByte(final Segment segment) {
        this.segment = segment;
    }

    @Override
    void apply(final Channel channel) {
        if (segment.state() != SegmentState.EXPECTED) {
            return;
        }
        if (segment.aside) {
            channel.restartAt(segment);
        }
        channel.pointerAtLeast(segment.sequence() + 1);
        segment.begin(channel.activityNs());
        channel.begun(segment);
    }
}
