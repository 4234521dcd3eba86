package dev.rill.trickle;

import java.util.Objects;
import java.util.concurrent.Executor;

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

    /**
     * Opens a subscriber that calls a handler by itself; see {@link CallbackSubscriber}.
     *
     * @param channel  name of the channel, without base path, not percent-encoded.
     * @param start    a sequence number, {@link #NEXT} or {@link #CURRENT}.
     * @param handler  called on {@code executor}, by one thread at a time.
     * @param executor where the handler may take its time.
     * @return the running subscription.
     */
    default CallbackSubscriber subscribe(final String channel, final long start, final SegmentHandler handler,
        final Executor executor) {
        return CallbackSubscriber.start(subscribe(channel, start), handler, Objects.requireNonNull(executor));
    }

    /**
     * Opens a subscriber that calls a handler on the threads of the carriage: without a hand-over, and holding up
     * whatever else they do. Over HTTP that is a connection thread; in-process it is the thread that publishes, or the
     * caller.
     *
     * @param channel name of the channel, without base path, not percent-encoded.
     * @param start   a sequence number, {@link #NEXT} or {@link #CURRENT}.
     * @param handler must not block; called by one thread at a time.
     * @return the running subscription.
     */
    default CallbackSubscriber subscribe(final String channel, final long start, final SegmentHandler handler) {
        return CallbackSubscriber.start(subscribe(channel, start), handler, null);
    }

    /** Names the carriage for people: {@code http} or {@code in-process}. */
    String carriage();

    /** Closes every publisher and subscriber opened through this carriage and frees its threads. Idempotent. */
    @Override
    void close();
}
