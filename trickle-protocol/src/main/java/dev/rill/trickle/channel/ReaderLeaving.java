package dev.rill.trickle.channel;

/** A reader of a lossless channel has closed a segment. */
final class ReaderLeaving extends ChannelCommand {
    /** What becomes of its place. */
    enum Place {
        /** It stands at the next segment. */
        NEXT,
        /** It is awaited where it was. */
        SAME,
        /** It will not come back. */
        NONE
    }

    private final Segment segment;
    private final Place place;

    ReaderLeaving(final Segment segment, final Place place) {
        this.segment = segment;
        this.place = place;
    }

    @Override
    void apply(final Channel channel) {
        segment.readers.left();
        if (channel.isClosed()) {
            return;
        }
        final long untilNs = channel.nowNs() + channel.policy().abortGraceNs();
        if (place == Place.SAME) {
            segment.readers.await(untilNs);
        } else if (place == Place.NEXT) {
            final Segment next = next(channel);
            if (next != null) {
                next.readers.advance(untilNs);
            }
        }
        channel.trim(Counter.SEGMENTS_EVICTED);
        channel.news();
    }

    /** The segment that the reader will ask for; if that is skipped or gone, what it will be told to ask for. */
    private Segment next(final Channel channel) {
        final long sequence = segment.sequence() + 1;
        return sequence == channel.pointer() && channel.find(sequence) == null
            ? channel.insert(sequence) : channel.window().findAbove(segment.sequence());
    }
}
