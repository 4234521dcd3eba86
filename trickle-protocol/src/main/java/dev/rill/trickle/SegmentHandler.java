package dev.rill.trickle;

import java.nio.ByteBuffer;

/**
 * Receives the life of a subscription in order, on the thread that calls {@link TrickleSubscriber#poll}.
 * <pre>{@code
 *   ( onGap? onSegmentBegin onData* onSegmentEnd )* onEnd
 * }</pre>
 */
public interface SegmentHandler {
    /**
     * Segment {@code sequence} has begun: its first byte exists, or it was closed without one.
     *
     * @param sequence    number of the segment.
     * @param contentType type of the channel, never null, possibly empty.
     */
    void onSegmentBegin(long sequence, String contentType);

    /**
     * Bytes of the segment that has begun, in order.
     *
     * @param sequence number of the segment.
     * @param bytes    read-only direct view, borrowed: valid until this method returns.
     */
    void onData(long sequence, ByteBuffer bytes);

    /**
     * The segment is over; no more data will come for it.
     *
     * @param sequence number of the segment.
     * @param intact   whether the carriage saw a clean end; a carriage that cannot tell says {@code true}.
     */
    void onSegmentEnd(long sequence, boolean intact);

    /**
     * Segments were lost: this reader was too slow, or the publisher jumped.
     *
     * @param from first lost number.
     * @param to   number that is read next; {@code to - from} segments were lost.
     */
    void onGap(long from, long to);

    /**
     * The subscription is over; called once, nothing follows.
     *
     * @param reason why.
     */
    void onEnd(EndReason reason);
}
