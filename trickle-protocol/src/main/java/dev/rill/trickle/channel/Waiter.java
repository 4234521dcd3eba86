package dev.rill.trickle.channel;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Who to wake when a channel has news: an event loop mailbox or an in-process reader. At most one wake-up is pending;
 * further signals coalesce into it until {@link #begin()}.
 */
public final class Waiter {
    private final AtomicBoolean dirty = new AtomicBoolean();
    private final ChannelCounters counters;
    private final Runnable wakeUp;

    /**
     * @param counters where wake-ups are counted.
     * @param wakeUp   schedules a look at the channel; called by publishing threads, must not block.
     */
    public Waiter(final ChannelCounters counters, final Runnable wakeUp) {
        this.counters = counters;
        this.wakeUp = wakeUp;
    }

    /** To be called before looking: what is published later causes another wake-up. */
    public void begin() {
        dirty.set(false);
    }

    void signal() {
        // The look follows begin(), a full fence, so a signal that finds the flag set is not lost.
        if (dirty.get() || !dirty.compareAndSet(false, true)) {
            counters.increment(Counter.WAKEUPS_COALESCED);
            return;
        }
        counters.increment(Counter.WAKEUPS_SENT);
        wakeUp.run();
    }
}
