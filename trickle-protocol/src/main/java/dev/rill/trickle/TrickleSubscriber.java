package dev.rill.trickle;

/**
 * Reads a channel segment by segment, the next one always preconnected.
 * <p>
 * Not thread-safe: one thread polls. {@link #close} may be called by any thread.
 */
public interface TrickleSubscriber extends AutoCloseable {
    /**
     * Hands what has arrived to the handler. Never blocks.
     *
     * @param handler called on this thread, 0..{@code limit} times.
     * @param limit   most events to deliver, at least 1.
     * @return number of events delivered; 0 when nothing has arrived.
     */
    int poll(SegmentHandler handler, int limit);

    /**
     * Sets whom to wake when {@link #poll} has something to deliver. A hint: spurious and coalesced calls happen.
     *
     * @param onReadable called on a carriage thread, must not block; at most one per subscriber.
     */
    void onReadable(Runnable onReadable);

    /** True once {@link SegmentHandler#onEnd} was delivered. */
    boolean isEnded();

    /** Ends the subscription and frees its connections. Idempotent, bounded in time. */
    @Override
    void close();
}
