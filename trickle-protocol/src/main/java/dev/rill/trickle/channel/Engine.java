package dev.rill.trickle.channel;

import io.netty.buffer.PooledByteBufAllocator;
import org.agrona.concurrent.NanoClock;

/**
 * What the channels of one engine share.
 *
 * @param policy   limits and times.
 * @param counters of the engine.
 * @param blocks   memory.
 * @param timers   for grace times.
 * @param clock    monotonic.
 */
public record Engine(
    ChannelPolicy policy, ChannelCounters counters, BlockSource blocks, EngineTimers timers, NanoClock clock) {
    /**
     * An engine with its own memory pool.
     *
     * @param policy limits and times.
     * @param timers for grace times.
     * @param clock  monotonic.
     * @return with all counters zero.
     */
    public static Engine create(final ChannelPolicy policy, final EngineTimers timers, final NanoClock clock) {
        final ChannelCounters counters = new ChannelCounters();
        final BlockSource blocks = new BlockSource(new PooledByteBufAllocator(true), counters, policy.maxPinnedBytes());
        return new Engine(policy, counters, blocks, timers, clock);
    }
}
