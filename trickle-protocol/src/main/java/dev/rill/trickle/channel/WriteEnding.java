package dev.rill.trickle.channel;

/** A writer has ended its body, given it up, or vanished. */
final class WriteEnding extends ChannelCommand {
    enum Kind { COMPLETE, ABORT, LOST }

    private final SegmentAppender appender;
    private final Kind kind;
    private final Runnable then;

    WriteEnding(final SegmentAppender appender, final Kind kind, final Runnable then) {
        this.appender = appender;
        this.kind = kind;
        this.then = then;
    }

    @Override
    void apply(final Channel channel) {
        final Segment segment = appender.segment();
        segment.pendingWriters--;
        if (!segment.state().isClosed()) {
            switch (kind) {
                case COMPLETE -> complete(channel, segment);
                case ABORT -> abort(channel, segment);
                default -> lost(channel, segment);
            }
        }
        if (segment.aside && segment.pendingWriters == 0) {
            channel.removeAside(segment);
        } else if (isSkipped(channel, segment)) {
            channel.later(channel.policy().gapGraceNs(), new GapExpiry(segment.sequence() + 1));
        }
        segment.release();
    }

    /** Nobody writes this number any more, and the channel has gone on. */
    private static boolean isSkipped(final Channel channel, final Segment segment) {
        return segment.pendingWriters == 0 && segment.state() == SegmentState.EXPECTED
            && segment.sequence() < channel.pointer();
    }

    @Override
    protected void onApplied() {
        if (then != null) {
            then.run();
        }
    }

    private void complete(final Channel channel, final Segment segment) {
        final SegmentAppender owner = segment.owner();
        if (segment.state() == SegmentState.WRITING) {
            if (owner == appender) {
                channel.close(segment, SegmentState.COMPLETE, Counter.SEGMENTS_COMPLETED);
                channel.touch();
            } else if (owner == null) {
                channel.close(segment, SegmentState.ABORTED, Counter.SEGMENTS_ORPHANED);
            }
        } else if (!segment.aside && (owner == null || owner == appender)) {
            channel.pointerAtLeast(segment.sequence() + 1);
            channel.close(segment, SegmentState.COMPLETE, Counter.SEGMENTS_COMPLETED);
            channel.touch();
        }
    }

    private void abort(final Channel channel, final Segment segment) {
        if (segment.owner() == appender && !segment.aside) {
            channel.pointerAtLeast(segment.sequence() + 1);
            channel.close(segment, SegmentState.ABORTED, Counter.SEGMENTS_GIVEN_UP);
        }
    }

    private void lost(final Channel channel, final Segment segment) {
        if (segment.owner() == appender) {
            segment.disown(appender);
            segment.losses++;
            if (segment.state() == SegmentState.WRITING) {
                channel.later(channel.policy().abortGraceNs(), new OrphanExpiry(segment, segment.losses));
            }
        }
    }
}
