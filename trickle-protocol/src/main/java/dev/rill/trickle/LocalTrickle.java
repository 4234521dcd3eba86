package dev.rill.trickle;

import dev.rill.trickle.channel.ChannelPolicy;
import dev.rill.trickle.channel.ChannelRegistry;
import dev.rill.trickle.channel.Engine;
import dev.rill.trickle.channel.EngineTimers;
import dev.rill.trickle.local.LocalCarriage;

/**
 * The in-process carriage on channels of its own, without a server and without a thread: publishers write into pooled
 * blocks, subscribers are shown the same blocks; no byte moves in between. The same carriage on the channels of a
 * server is {@link TrickleServer#local()}.
 * <p>
 * As there is no thread, idle channels are not swept, the remains of a closed channel are given back when the next
 * channel is created after their time, or at {@link #close()}, and what is too old to be remembered goes when its
 * channel is next written. A publisher that is pushed back ({@link SegmentWriter#BACK_PRESSURED}) asks again; nobody
 * wakes it.
 */
public final class LocalTrickle implements Trickle {
    private final ChannelRegistry registry;
    private final LocalCarriage carriage;

    private LocalTrickle(final ChannelRegistry registry, final boolean autocreate) {
        this.registry = registry;
        this.carriage = new LocalCarriage(registry, autocreate, carriage -> { });
    }

    /**
     * Starts a channel core without a server.
     *
     * @param context options of the channels; those of the network are not looked at. Concluded here.
     * @return a carriage with its own channels.
     */
    public static LocalTrickle launch(final TrickleServerContext context) {
        context.conclude();
        final Engine engine = Engine.create(ChannelPolicy.of(context), EngineTimers.NONE, context.nanoClock());
        final int feed = context.changefeed() ? context.changefeedRetainedSegments() : 0;
        return new LocalTrickle(new ChannelRegistry(engine, feed), context.autocreate());
    }

    /** Administration of the channels that this carriage reaches. */
    public Channels channels() {
        return registry;
    }

    @Override
    public TricklePublisher publish(final String channel) {
        return carriage.publish(channel);
    }

    @Override
    public TrickleSubscriber subscribe(final String channel, final long start) {
        return carriage.subscribe(channel, start);
    }

    @Override
    public String carriage() {
        return carriage.carriage();
    }

    @Override
    public void close() {
        carriage.close();
        registry.close();
    }
}
