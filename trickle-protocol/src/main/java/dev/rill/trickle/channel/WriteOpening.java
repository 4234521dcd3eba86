package dev.rill.trickle.channel;

/**
 * Opens a segment for writing, or joins the writers that already wait on it. Submitted to a channel once; the results
 * are valid when it has been applied.
 */
public class WriteOpening extends ChannelCommand {
    private final long requested;
    private final boolean orPointer;
    private final boolean reset;
    private final String contentType;
    private long sequence;
    private SegmentAppender appender;

    /**
     * @param requested   a number from 0, or -1 for the pointer.
     * @param reset       closes every retained segment below.
     * @param contentType adopted by a channel that was created without one; may be null.
     */
    public WriteOpening(final long requested, final boolean reset, final String contentType) {
        this.requested = requested;
        this.orPointer = false;
        this.reset = reset;
        this.contentType = contentType;
    }

    /**
     * A writer that counts for itself but does not fall behind the channel.
     *
     * @param lowest the segment opened is this one, or the pointer if that is higher.
     */
    public WriteOpening(final long lowest) {
        this.requested = lowest;
        this.orPointer = true;
        this.reset = false;
        this.contentType = null;
    }

    /** The writer's end, owned by the caller; null if the channel is closed or out of numbers. */
    public final SegmentAppender appender() {
        return appender;
    }

    /** Number of the segment, also if the channel is closed. */
    public final long sequence() {
        return sequence;
    }

    @Override
    final void apply(final Channel channel) {
        final long pointer = channel.pointer();
        sequence = requested < 0 || orPointer && requested < pointer ? pointer : requested;
        if (channel.isClosed() || sequence == Long.MAX_VALUE) {
            return; // Behind the last number that a pointer can pass, a channel has no more segments.
        }
        channel.adoptContentType(contentType);
        if (reset) {
            channel.closeBelow(sequence);
        }
        final Segment segment = channel.findOrInsert(sequence);
        if (segment == null) {
            appender = new SegmentAppender(channel, channel.refused(sequence));
            return;
        }
        segment.retain();
        segment.pendingWriters++;
        appender = new SegmentAppender(channel, segment);
    }
}
