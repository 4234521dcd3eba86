package dev.rill.trickle;

/**
 * A carriage: opens publishers and subscribers on the channels that it reaches.
 * <p>
 * Implementations are safe for use by any thread. The publishers and subscribers that they open are not: each belongs
 * to one thread at a time. Closing a carriage closes everything that was opened through it.
 */
public interface Trickle extends AutoCloseable {
    /** Start position: the segment that begins next ({@code -1} on the wire, section 2.5 of the wire specification). */
    long NEXT = -1;

    /** Start position: the segment that is being written now, from its first byte ({@code -2} on the wire). */
    long CURRENT = -2;

    /**
     * Opens a publisher and preconnects its first segment, number 0.
     *
     * @param channel name of the channel, without base path, not percent-encoded.
     * @return a working publisher; refusals by the peer show in {@link TricklePublisher#failure()}.
     */
    TricklePublisher publish(String channel);

    /**
     * Opens a subscriber and asks for its first segment.
     *
     * @param channel name of the channel, without base path, not percent-encoded.
     * @param start   a sequence number, {@link #NEXT} or {@link #CURRENT}.
     * @return a working subscriber; refusals by the peer arrive as {@link SegmentHandler#onEnd}.
     */
    TrickleSubscriber subscribe(String channel, long start);

    /** Names the carriage for people: {@code http} or {@code in-process}. */
    String carriage();

    /** Closes every publisher and subscriber opened through this carriage and frees its threads. Idempotent. */
    @Override
    void close();
}
