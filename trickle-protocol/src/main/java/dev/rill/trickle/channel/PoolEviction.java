package dev.rill.trickle.channel;

/** The pool of the engine is tight: the lowest ended segments go until there is room. */
final class PoolEviction extends ChannelCommand {
    private final long wantedBytes;

    PoolEviction(final long wantedBytes) {
        this.wantedBytes = wantedBytes;
    }

    @Override
    void apply(final Channel channel) {
        channel.evictSpare(wantedBytes, Counter.SEGMENTS_EVICTED_POOL);
    }
}
