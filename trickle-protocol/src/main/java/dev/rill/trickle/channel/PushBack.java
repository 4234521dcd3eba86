package dev.rill.trickle.channel;

import java.util.concurrent.TimeUnit;

/**
 * Holds the writers of a lossless channel back while its window or the pool has no room.
 * <p>
 * A writer that asks for room and finds none starts the deadline. Readers that move on make room, and so does a reader
 * that is awaited in vain; both are looked for while writers wait. At the deadline the readers that stand lowest are
 * given up, place by place, until there is room: what was kept for them goes, and they learn the gap when they ask for
 * the next segment. Nothing here blocks: a writer that is held back asks again, or is woken as readers are.
 */
final class PushBack {
    /** How often room is looked for that no event of the channel announces. */
    static final long RECHECK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Channel channel;
    private volatile boolean active;
    private volatile long sinceNs;
    private volatile long checkedNs;
    private volatile long askedNs;
    private boolean recheckPending; // Touched only by commands.

    PushBack(final Channel channel) {
        this.channel = channel;
    }

    /** A writer: whether it may append. */
    boolean hasRoom() {
        final boolean full = isFull();
        if (!full && !active) {
            return true;
        }
        final long nowNs = channel.nowNs();
        askedNs = nowNs;
        if (full && channel.engine().blocks().isFull()) {
            channel.reclaim(1);
        }
        if (!full || !active || nowNs - checkedNs >= RECHECK_NS || isOverdue()) {
            channel.submit(new RoomMaking());
        }
        return !isFull() || isOverdue();
    }

    /** True if a writer has waited for the deadline and found no room even so. */
    boolean isOverdue() {
        return active && channel.nowNs() - sinceNs >= channel.policy().losslessDeadlineNs();
    }

    /** Command: a writer asks for room. */
    void makeRoom() {
        look();
        if (!isFull()) {
            end();
        } else if (!active) {
            sinceNs = checkedNs;
            active = true;
            channel.counters().increment(Counter.WRITERS_PUSHED_BACK);
        } else if (isOverdue()) {
            giveUpLaggards();
        }
        recheckLater();
    }

    /** Command: looks for room on behalf of the writers, who ask again then. */
    void recheck() {
        recheckPending = false;
        look();
        if (!isFull() || channel.isClosed() || checkedNs - askedNs > channel.policy().losslessDeadlineNs()) {
            end();
        }
        channel.news();
        recheckLater();
    }

    private void look() {
        checkedNs = channel.nowNs();
        channel.trim(Counter.SEGMENTS_EVICTED);
    }

    private void end() {
        active = false;
        channel.news();
    }

    private void recheckLater() {
        if (active && !recheckPending) {
            recheckPending = true;
            channel.later(RECHECK_NS, new RoomRecheck());
        }
    }

    private void giveUpLaggards() {
        Segment held = channel.window().lowestHeld(checkedNs);
        while (held != null && held.state().isClosed() && isFull()) {
            channel.counters().add(Counter.READERS_LEFT_BEHIND, held.readers.giveUp());
            channel.trim(Counter.SEGMENTS_EVICTED_UNREAD);
            if (channel.engine().blocks().isFull()) {
                channel.evictSpare(1, Counter.SEGMENTS_EVICTED_UNREAD);
            }
            held = channel.window().lowestHeld(checkedNs);
        }
        if (!isFull()) {
            end();
        }
    }

    private boolean isFull() {
        return channel.window().isFull() || channel.engine().blocks().isFull();
    }
}
