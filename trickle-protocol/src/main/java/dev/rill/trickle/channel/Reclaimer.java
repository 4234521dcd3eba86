package dev.rill.trickle.channel;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * Makes room in a pool that is nearly full: ended segments go, those of the writer's channel first, then those of the
 * live channels that remember most. Bounded: a few channels per call, and a search that found nothing is not repeated
 * for {@link #PAUSE_NS}. Any thread.
 */
final class Reclaimer {
    static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int MAX_VICTIMS = 8;
    /** As much room is made at once as this part of the pool, so that searches are few. */
    private static final int GOAL_PART = 32;

    private final Engine engine;
    private final Collection<Channel> channels;
    private volatile long notBeforeNs;

    /**
     * @param channels a live view.
     */
    Reclaimer(final Engine engine, final Collection<Channel> channels) {
        this.engine = engine;
        this.channels = channels;
        this.notBeforeNs = engine.clock().nanoTime();
    }

    /** Makes room for {@code bytes} if that can be done by forgetting. */
    void reclaim(final Channel own, final long bytes) {
        evict(own, bytes);
        if (!engine.blocks().isTight(bytes) || engine.clock().nanoTime() - notBeforeNs < 0) {
            return;
        }
        final long goal = Math.max(bytes, engine.blocks().maxPinnedBytes() / GOAL_PART);
        for (int i = 0; i < MAX_VICTIMS && engine.blocks().isTight(bytes); i++) {
            final Channel largest = largest();
            if (largest == null) {
                notBeforeNs = engine.clock().nanoTime() + PAUSE_NS;
                return;
            }
            evict(largest, goal);
        }
    }

    private static void evict(final Channel channel, final long bytes) {
        if (channel.window().endedBytes() > 0) {
            channel.submit(new PoolEviction(bytes));
        }
    }

    private Channel largest() {
        Channel largest = null;
        long most = 0;
        for (final Channel channel : channels) {
            final long bytes = channel.isLossless() ? 0 : channel.window().endedBytes();
            if (bytes > most) {
                most = bytes;
                largest = channel;
            }
        }
        return largest;
    }
}
