package dev.rill.trickle.local;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.ChannelRegistry;
import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.channel.SegmentAppender;
import dev.rill.trickle.channel.WriteOpening;
import java.util.function.Consumer;

/**
 * Publishes into the channel core. Numbers its segments itself, but never behind the pointer, so that it and foreign
 * publishers do not wedge each other. The successor of the segment being written always exists: readers can park on it.
 */
final class LocalPublisher implements TricklePublisher {
    private final ChannelRegistry registry;
    private final Channel channel;
    private final Consumer<LocalPublisher> onClosed;
    private final UseGuard guard = new UseGuard();
    private SegmentAppender preconnected;
    private LocalSegmentWriter current;
    private long nextSequence;
    private volatile boolean leaving;

    LocalPublisher(final ChannelRegistry registry, final Channel channel, final Consumer<LocalPublisher> onClosed) {
        this.registry = registry;
        this.channel = channel;
        this.onClosed = onClosed;
        if (channel != null) {
            preconnected = open(0);
        }
    }

    @Override
    public SegmentWriter beginSegment() {
        if (!guard.enter()) {
            throw new IllegalStateException("this publisher is closed");
        }
        try {
            if (current != null && current.isOpen()) {
                throw new IllegalStateException("segment " + current.sequence() + " is still open");
            }
            final SegmentAppender appender = failure() == null ? claimed() : null;
            current = new LocalSegmentWriter(appender, nextSequence, this);
            if (appender != null) {
                nextSequence = appender.sequence() + 1;
                preconnected = open(nextSequence);
            }
            return current;
        } finally {
            exit();
        }
    }

    @Override
    public EndReason failure() {
        if (channel == null) {
            return EndReason.CHANNEL_NOT_FOUND;
        }
        if (guard.isClosed()) {
            return EndReason.CLOSED;
        }
        return channel.isClosed() ? EndReason.CHANNEL_CLOSED : null;
    }

    @Override
    public int unconfirmedSegments() {
        return 0;
    }

    @Override
    public void leave() {
        if (!guard.isClosed()) {
            leaving = true;
        }
        close();
    }

    @Override
    public void close() {
        if (guard.close()) {
            release();
        }
    }

    boolean enter() {
        return guard.enter();
    }

    void exit() {
        if (guard.exit()) {
            release();
        }
    }

    /** The preconnected segment, or a later one if others have passed or closed it; null if the channel is closed. */
    private SegmentAppender claimed() {
        SegmentAppender appender = preconnected;
        preconnected = null;
        while (appender != null && (appender.sequence() < channel.pointer() || !appender.claim())) {
            abandon(appender);
            appender = open(nextSequence);
        }
        return appender;
    }

    private SegmentAppender open(final long lowest) {
        final WriteOpening opening = new WriteOpening(lowest);
        channel.submitAndAwait(opening);
        return opening.appender();
    }

    private static void abandon(final SegmentAppender appender) {
        if (appender.claim()) {
            appender.abort();
        } else {
            appender.lost();
        }
    }

    private void release() {
        if (current != null) {
            current.end();
        }
        if (preconnected != null) {
            preconnected.lost();
            preconnected = null;
        }
        if (channel != null && !leaving) {
            registry.close(channel, Counter.CHANNELS_CLOSED, null);
        }
        onClosed.accept(this);
    }
}
