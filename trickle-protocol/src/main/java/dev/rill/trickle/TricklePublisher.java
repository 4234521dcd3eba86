package dev.rill.trickle;

/**
 * Writes a channel segment by segment, the next one always preconnected.
 * <p>
 * Not thread-safe: one thread writes. {@link #close} may be called by any thread.
 */
public interface TricklePublisher extends AutoCloseable {
    /**
     * Begins the next segment; the one after it is preconnected at the same time. Never blocks. The previous segment
     * must have been completed or aborted.
     *
     * @return the writer of the new segment; it refuses data when this publisher has failed.
     * @throws IllegalStateException if the previous segment is still open or this publisher is closed.
     */
    SegmentWriter beginSegment();

    /**
     * Why this publisher can publish no more, or null while it can.
     *
     * @return {@link EndReason#CHANNEL_NOT_FOUND}, {@link EndReason#CHANNEL_CLOSED}, {@link EndReason#PEER_LOST}, or
     *     null.
     */
    EndReason failure();

    /** Number of completed segments of which the peer has not yet confirmed the storage. */
    int unconfirmedSegments();

    /**
     * As {@link #close}, but leaves the channel open: its readers keep waiting for the next publisher. Idempotent; what
     * comes first of the two counts.
     */
    void leave();

    /**
     * Completes an open segment, waits for outstanding confirmations up to a bound, abandons the preconnect and closes
     * (deletes) the channel. Idempotent.
     */
    @Override
    void close();
}
