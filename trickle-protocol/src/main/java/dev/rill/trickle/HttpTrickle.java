package dev.rill.trickle;

import dev.rill.trickle.client.HttpCarriage;
import java.util.Map;

/**
 * Trickle over HTTP/1.1 or HTTP/2, with or without TLS: reaches the channels below one base URI of one peer. Which of
 * them, whom to trust and what to show is said by {@link HttpTrickleContext}; nothing else depends on it.
 * <pre>{@code
 *   try (HttpTrickle trickle = HttpTrickle.connect(new HttpTrickleContext().baseUri("http://127.0.0.1:2939/"));
 *        TricklePublisher publisher = trickle.publish("camera")) {
 *       final SegmentWriter segment = publisher.beginSegment();
 *       segment.offer(bytes);
 *       segment.complete();
 *   }
 * }</pre>
 * Any thread. The requests of publishers and subscribers never block; the methods that do are named {@code await…}.
 * Implements sections 1, 4 and 8.2 of the wire specification (the client side).
 */
public final class HttpTrickle implements Trickle {
    private final HttpCarriage carriage;

    private HttpTrickle(final HttpCarriage carriage) {
        this.carriage = carriage;
    }

    /**
     * Concludes the context, resolves the peer's name and starts the connection threads. Makes no connection yet.
     *
     * @param context options; concluded here.
     * @return a working carriage; the caller closes it.
     * @throws IllegalArgumentException if an option is wrong.
     * @throws TrickleException         if the peer's name cannot be resolved.
     */
    public static HttpTrickle connect(final HttpTrickleContext context) {
        return new HttpTrickle(new HttpCarriage(context.conclude()));
    }

    @Override
    public TricklePublisher publish(final String channel) {
        return carriage.publish(channel);
    }

    /**
     * As {@link #publish(String)}, with its own content type.
     *
     * @param channel     name of the channel.
     * @param contentType media type of the segments.
     * @return a working publisher.
     */
    public TricklePublisher publish(final String channel, final String contentType) {
        ContextChecks.contentType(contentType);
        return carriage.publish(channel, contentType, false);
    }

    /**
     * Opens a publisher that takes over a channel where its last publisher left it: asks for the next number, and ends
     * segments that were left open. {@link SegmentWriter#sequence()} is -1 until the peer has answered.
     *
     * @param channel     name of the channel.
     * @param contentType media type of the segments.
     * @return a working publisher; an unknown channel shows as {@link EndReason#CHANNEL_NOT_FOUND}.
     */
    public TricklePublisher resume(final String channel, final String contentType) {
        ContextChecks.contentType(contentType);
        return carriage.publish(channel, contentType, true);
    }

    /**
     * As {@link #resume(String, String)}, at a number that the caller knows. A number below what the peer retains
     * restarts the channel there, one beyond its pointer leaves a gap.
     *
     * @param channel     name of the channel.
     * @param contentType media type of the segments.
     * @param first       number of the first segment, not negative.
     * @return a working publisher.
     */
    public TricklePublisher resume(final String channel, final String contentType, final long first) {
        ContextChecks.contentType(contentType);
        ContextChecks.notNegative("first", first);
        return carriage.resume(channel, contentType, first);
    }

    @Override
    public TrickleSubscriber subscribe(final String channel, final long start) {
        return carriage.subscribe(channel, start);
    }

    /**
     * Creates a channel; one that exists stays as it is. Blocks up to the connect and confirm time-outs.
     *
     * @param channel     name of the channel.
     * @param contentType media type of the channel.
     * @throws TrickleException if the peer refuses or cannot be reached.
     */
    public void awaitCreate(final String channel, final String contentType) {
        ContextChecks.contentType(contentType);
        carriage.awaitCreate(channel, contentType);
    }

    /**
     * Closes and forgets a channel. Blocks up to the connect and confirm time-outs.
     *
     * @param channel name of the channel.
     * @return false if the peer did not know the channel.
     * @throws TrickleException if the peer refuses or cannot be reached.
     */
    public boolean awaitDelete(final String channel) {
        return carriage.awaitDelete(channel);
    }

    /**
     * Asks for the number that the next new segment of a channel will have. Blocks up to the connect and confirm
     * time-outs.
     *
     * @param channel name of the channel.
     * @return that number, or -1 if the peer does not know the channel.
     * @throws TrickleException if the peer answers something else or cannot be reached.
     */
    public long awaitNext(final String channel) {
        return carriage.awaitNext(channel);
    }

    /** What this carriage has done and lost so far, by stable counter name; any thread. */
    public Map<String, Long> counters() {
        return carriage.counters();
    }

    @Override
    public String carriage() {
        return "http";
    }

    @Override
    public void close() {
        carriage.close();
    }
}
