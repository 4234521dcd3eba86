package dev.rill.trickle.local;

import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.ChannelRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Opens publishers and subscribers on the channels of one engine. Any thread. */
public final class LocalCarriage implements Trickle {
    private final ChannelRegistry registry;
    private final boolean autocreate;
    private final Consumer<LocalCarriage> onClosed;
    private final Set<AutoCloseable> opened = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param registry   the channels.
     * @param autocreate whether publishing creates the channel.
     * @param onClosed   told at each close.
     */
    public LocalCarriage(
        final ChannelRegistry registry, final boolean autocreate, final Consumer<LocalCarriage> onClosed) {
        this.registry = registry;
        this.autocreate = autocreate;
        this.onClosed = onClosed;
    }

    @Override
    public TricklePublisher publish(final String channel) {
        requireOpen();
        if (registry.isReserved(channel)) {
            throw new IllegalArgumentException("channel " + channel + ": only the server writes the changefeed");
        }
        final Channel target = autocreate ? registry.findOrCreate(channel, "") : registry.find(channel);
        final LocalPublisher publisher = new LocalPublisher(registry, target, opened::remove);
        opened.add(publisher);
        closeIfLate(publisher);
        return publisher;
    }

    @Override
    public TrickleSubscriber subscribe(final String channel, final long start) {
        requireOpen();
        final Channel present = registry.find(channel);
        final Channel target = present == null ? registry.findClosed(channel) : present;
        final LocalSubscriber subscriber = new LocalSubscriber(target, start, opened::remove);
        opened.add(subscriber);
        closeIfLate(subscriber);
        return subscriber;
    }

    @Override
    public String carriage() {
        return "in-process";
    }

    @Override
    public void close() {
        closed = true;
        for (final AutoCloseable thing : opened) {
            closeQuietly(thing);
        }
        onClosed.accept(this);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this carriage is closed");
        }
    }

    private void closeIfLate(final AutoCloseable thing) {
        if (closed) {
            closeQuietly(thing);
        }
    }

    private static void closeQuietly(final AutoCloseable thing) {
        if (thing instanceof LocalPublisher publisher) {
            publisher.close();
        } else if (thing instanceof LocalSubscriber subscriber) {
            subscriber.close();
        }
    }
}
