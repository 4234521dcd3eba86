package dev.rill.trickle.channel;

/**
 * The segments that a channel remembers, sorted by number, and which of them go first. The array is replaced and never
 * changed: any thread may read, commands of the channel alone change.
 * <p>
 * Limits: the number of segments, whatever their state; then the memory that they pin and the age of those that have
 * ended, which only ended segments answer for, the lowest first. In a lossless channel the lowest segment at which a
 * {@linkplain ReaderCount reader stands} and all behind it are exempt; what is kept for readers that way is bounded by
 * the same bytes and by {@link Retention#maxSegments()}, and when that is reached the window {@linkplain #isFull is
 * full}.
 */
final class SegmentWindow {
    private static final Segment[] NONE = {};

    private final Retention retention;
    private volatile Segment[] segments = NONE;
    private volatile long endedBytes;
    private volatile int endedCount;

    SegmentWindow(final Retention retention) {
        this.retention = retention;
    }

    // Any thread.

    Segment[] segments() {
        return segments;
    }

    /** Memory pinned by those that have ended. */
    long endedBytes() {
        return endedBytes;
    }

    Segment find(final long sequence) {
        return find(segments, sequence);
    }

    static Segment find(final Segment[] sorted, final long sequence) {
        for (final Segment segment : sorted) {
            if (segment.sequence() == sequence) {
                return segment;
            }
        }
        return null;
    }

    /** Lowest segment above {@code sequence}, or null. */
    Segment findAbove(final long sequence) {
        for (final Segment segment : segments) {
            if (segment.sequence() > sequence) {
                return segment;
            }
        }
        return null;
    }

    /** Number of the lowest segment, or 0. */
    long lowest() {
        final Segment[] now = segments;
        return now.length == 0 ? 0 : now[0].sequence();
    }

    /** Number of the lowest segment with a byte or an end, or -1. */
    long oldest() {
        for (final Segment segment : segments) {
            if (segment.state() != SegmentState.EXPECTED) {
                return segment.sequence();
            }
        }
        return -1;
    }

    /** True if more is pinned than should be and there are ended segments to blame. */
    boolean isOverweight() {
        return retention.bytes() > 0 && endedBytes > 0 && pinnedBytes() > retention.bytes();
    }

    /** True if writers have to wait until ended segments go. */
    boolean isFull() {
        return endedCount >= retention.maxSegments() || isOverweight();
    }

    // Commands only.

    void add(final Segment segment) {
        segments = with(segments, segment);
        recount();
    }

    void remove(final Segment segment) {
        segments = without(segments, segment);
        recount();
    }

    Segment[] clear() {
        final Segment[] before = segments;
        segments = NONE;
        recount();
        return before;
    }

    /** To be called when a segment has ended. */
    void recount() {
        long bytes = 0;
        int count = 0;
        for (final Segment segment : segments) {
            if (segment.state().isClosed()) {
                bytes += segment.pinnedBytes();
                count++;
            }
        }
        endedBytes = bytes;
        endedCount = count;
    }

    /** The segment that has to go next, or null; never {@code newcomer}. */
    Segment victim(final Segment newcomer, final long nowNs) {
        final Segment[] now = segments;
        final Segment held = lowestHeld(nowNs);
        if (now.length > retention.segments()) {
            final Segment lowest = now[0] == newcomer ? now[1] : now[0];
            if (isBelow(lowest, held) || now.length > 2 * retention.maxSegments()) {
                return lowest;
            }
        }
        final boolean overweight = isOverweight();
        for (final Segment segment : now) {
            if (segment != newcomer && segment.state().isClosed() && isBelow(segment, held)
                && (overweight || isTooOld(segment, nowNs))) {
                return segment;
            }
        }
        return null;
    }

    /** The lowest ended segment that nobody holds, or null. */
    Segment spare(final long nowNs) {
        final Segment held = lowestHeld(nowNs);
        for (final Segment segment : segments) {
            if (segment.state().isClosed() && isBelow(segment, held)) {
                return segment;
            }
        }
        return null;
    }

    /** The lowest segment at which a reader stands, or null; always null in a live channel. */
    Segment lowestHeld(final long nowNs) {
        if (retention.isLossless()) {
            for (final Segment segment : segments) {
                if (segment.readers.isHeld(nowNs)) {
                    return segment;
                }
            }
        }
        return null;
    }

    /** Nanoseconds until a segment becomes too old, or -1 if none will. */
    long nextAgeNs(final long nowNs) {
        long next = -1;
        if (retention.ageNs() > 0) {
            for (final Segment segment : segments) {
                if (segment.state().isClosed()) {
                    final long left = Math.max(0, segment.endedNs + retention.ageNs() - nowNs);
                    next = next < 0 ? left : Math.min(next, left);
                }
            }
        }
        return next;
    }

    private long pinnedBytes() {
        long bytes = 0;
        for (final Segment segment : segments) {
            bytes += segment.pinnedBytes();
        }
        return bytes;
    }

    private boolean isTooOld(final Segment segment, final long nowNs) {
        return retention.ageNs() > 0 && nowNs - segment.endedNs >= retention.ageNs();
    }

    private static boolean isBelow(final Segment segment, final Segment held) {
        return held == null || segment.sequence() < held.sequence();
    }

    static Segment[] with(final Segment[] sorted, final Segment segment) {
        final Segment[] after = new Segment[sorted.length + 1];
        int i = 0;
        while (i < sorted.length && sorted[i].sequence() < segment.sequence()) {
            after[i] = sorted[i];
            i++;
        }
        after[i] = segment;
        System.arraycopy(sorted, i, after, i + 1, sorted.length - i);
        return after;
    }

    static Segment[] without(final Segment[] sorted, final Segment segment) {
        final Segment[] after = new Segment[sorted.length - 1];
        int count = 0;
        for (final Segment kept : sorted) {
            if (kept != segment) {
                after[count++] = kept;
            }
        }
        return after;
    }
}
