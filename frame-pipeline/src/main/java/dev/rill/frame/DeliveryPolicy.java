package dev.rill.frame;

/** What happens when frames arrive faster than they are processed. */
public enum DeliveryPolicy {
    /** The oldest waiting video frame is dropped and counted as {@link DropReason#OVERRUN}; audio never is. */
    LIVE,
    /** Nothing is dropped: the input is read more slowly, which reaches back to the source. */
    BATCH
}
