package dev.rill.trickle;

/**
 * What becomes of a reader of a channel that is slower than its writer.
 * <p>
 * Whoever loses segments learns it: in process by {@link SegmentHandler#onGap}, over HTTP by status 470 with the oldest
 * number that is left.
 */
public enum Delivery {
    /** The writer goes on; a reader that falls behind the window loses what it has not begun to read. */
    LIVE,
    /**
     * The writer waits: segments that a reader has still to read are kept, and when the limits of the window leave no
     * room for more, the writer is pushed back. For {@link TrickleServerContext#losslessDeadlineNs()} at most; then the
     * slowest readers lose.
     */
    LOSSLESS
}
