package dev.rill.trickle;

/**
 * Where a subscriber goes on after it asked for a segment that its channel no longer retains (status 470).
 * Whatever the choice, the skipped numbers are reported by {@link SegmentHandler#onGap}.
 */
public enum GapPolicy {
    /** At the segment that begins next: freshest, waits for it. */
    LATEST,
    /** At the segment that is being written, from its first byte: no waiting, up to one segment of age. */
    CURRENT,
    /**
     * At the oldest segment that the peer still has, when it tells ({@code Lp-Trickle-Oldest}); else as LATEST. Where
     * that one is older than the segment asked for, because the publisher left numbers out, as CURRENT.
     */
    OLDEST
}
