package dev.rill.trickle.channel;

import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.Delivery;
import dev.rill.trickle.TrickleServerContext;

/**
 * How much a channel remembers, and for whom.
 *
 * @param segments    segments in the window, open ones included; the lowest goes.
 * @param maxSegments most that {@code segments} of any channel may be, and segments that a lossless channel keeps for
 *     readers that are behind before it pushes back on the writer.
 * @param bytes       memory that the window may pin, 0 for no limit; the lowest segments that have ended go.
 * @param ageNs       time since its end after which a segment goes, 0 for no limit.
 * @param delivery    whether readers that are behind lose or hold.
 */
public record Retention(int segments, int maxSegments, long bytes, long ageNs, Delivery delivery) {
    /**
     * What channels get that ask for nothing else.
     *
     * @param context concluded.
     * @return the same values.
     */
    public static Retention of(final TrickleServerContext context) {
        return new Retention(
            context.retainedSegments(),
            context.maxRetainedSegments(),
            context.retainedBytes(),
            context.retainedAgeNs(),
            context.delivery());
    }

    /**
     * These values except where a channel has its own.
     *
     * @param options of the channel.
     * @return what the channel gets.
     */
    public Retention with(final ChannelOptions options) {
        return new Retention(
            options.retainedSegments() == 0 ? segments : Math.min(options.retainedSegments(), maxSegments),
            maxSegments,
            options.retainedBytes() < 0 ? bytes : options.retainedBytes(),
            options.retainedAgeNs() < 0 ? ageNs : options.retainedAgeNs(),
            options.delivery() == null ? delivery : options.delivery());
    }

    /** True if readers that are behind hold segments. */
    public boolean isLossless() {
        return delivery == Delivery.LOSSLESS;
    }
}
