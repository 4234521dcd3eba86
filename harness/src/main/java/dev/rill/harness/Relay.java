package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.EndReasons;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Follows one channel and publishes its segments on another while they arrive. One thread, which {@link #run} blocks.
 * <p>
 * Where the target takes nothing, the source is no longer read: its server notices, and what this reader misses then is
 * a gap. A source that ends is waited for a while, because a server that is
 * restarted ends its channels as well.
 */
final class Relay implements SegmentHandler {
    private static final int POLL_LIMIT = 16;
    private static final long IDLE_NS = 1_000_000L;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final HttpTrickle source;
    private final String channel;
    private final RelayTarget target;
    private final BooleanSupplier cancelled;
    private final RelayLog log;
    private long expected;
    private long length;
    private EndReason ended;

    /**
     * @param source    stays the caller's, as the target does.
     * @param channel   name of the channel at the source.
     * @param target    where to.
     * @param expected  number of the segment that should come first, or -1 for any.
     * @param cancelled ends the relay.
     * @param log       told what happens.
     */
    Relay(
        final HttpTrickle source, final String channel, final RelayTarget target, final long expected,
        final BooleanSupplier cancelled, final RelayLog log) {
        this.source = source;
        this.channel = channel;
        this.target = target;
        this.expected = expected;
        this.cancelled = cancelled;
        this.log = log;
    }

    /**
     * Relays until the source ends.
     *
     * @param start    where to begin at the source.
     * @param lingerNs how long to wait, after its end, for the source to begin anew.
     * @return whether the source ended; false when the relay was cancelled.
     * @throws JobException when the source cannot be read for too long.
     */
    boolean run(final long start, final long lingerNs) {
        follow(start);
        while (ended == EndReason.CHANNEL_CLOSED && awaitNewBeginning(lingerNs)) {
            follow(0);
        }
        if (ended != null && ended != EndReason.CHANNEL_CLOSED) {
            throw new JobException(404, "FROM: " + EndReasons.describe(ended));
        }
        return ended != null;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        if (expected >= 0 && sequence > expected) {
            log.onGap(expected, sequence);
        }
        expected = sequence + 1;
        length = 0;
        target.begin(sequence, contentType);
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        length += bytes.remaining();
        target.write(bytes);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        final boolean passedOn = target.end(intact);
        if (passedOn || !cancelled.getAsBoolean()) {
            log.onSegment(length, intact, passedOn, sequence);
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        // The numbers of the segments say it, also across a restart of the source.
    }

    @Override
    public void onEnd(final EndReason reason) {
        ended = reason;
    }

    private void follow(final long start) {
        ended = null;
        final Thread self = Thread.currentThread();
        try (TrickleSubscriber subscriber = source.subscribe(channel, start)) {
            subscriber.onReadable(() -> LockSupport.unpark(self));
            while (ended == null && !cancelled.getAsBoolean()) {
                if (subscriber.poll(this, POLL_LIMIT) == 0) {
                    LockSupport.parkNanos(this, IDLE_NS);
                }
            }
        }
    }

    /** Waits for a channel of the same name; its segments count from 0, whatever the last had been. */
    private boolean awaitNewBeginning(final long lingerNs) {
        log.onSourceEnd(lingerNs);
        final long deadlineNs = System.nanoTime() + lingerNs;
        while (System.nanoTime() - deadlineNs < 0 && !cancelled.getAsBoolean()) {
            if (exists()) {
                return true;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return false;
    }

    private boolean exists() {
        try {
            return source.awaitNext(channel) >= 0;
        } catch (final TrickleException e) {
            return false; // Its server is not back yet.
        }
    }
}
