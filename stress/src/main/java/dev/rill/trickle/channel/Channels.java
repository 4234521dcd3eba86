package dev.rill.trickle.channel;

import dev.rill.trickle.Delivery;
import dev.rill.trickle.TrickleServerContext;
import java.util.Set;

/** Channels without a registry, on a clock that stands still. */
final class Channels {
    private static final ChannelPolicy POLICY = ChannelPolicy.of(new TrickleServerContext().conclude());
    private static final Engine ENGINE =
        new Engine(POLICY, new ChannelCounters(), Memory.SOURCE, EngineTimers.NONE, () -> 0);

    private Channels() {
    }

    static Channel open() {
        return remembering(5);
    }

    static Channel remembering(final int segments) {
        return new Channel("ch", "", retention(segments), ENGINE, new Reclaimer(ENGINE, Set.of()));
    }

    private static Retention retention(final int segments) {
        return new Retention(segments, 64, 0, 0, Delivery.LIVE);
    }
}
