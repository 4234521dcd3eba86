package dev.rill.frame;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A bounded ring between two stages, as the stage that fills it sees it: what finds no room waits here, in order, and
 * that stage makes no more until it has left. Belongs to the thread of the stage that fills.
 *
 * @param <T> what goes through the ring.
 */
final class RingFeed<T> {
    private final Queue<T> ring;
    private final Runnable onOffered;
    private final ArrayDeque<T> overflow = new ArrayDeque<>();

    RingFeed(final Queue<T> ring, final Runnable onOffered) {
        this.ring = ring;
        this.onOffered = onOffered;
    }

    /** Takes over an item. */
    void add(final T item) {
        if (overflow.isEmpty() && ring.offer(item)) {
            onOffered.run();
        } else {
            overflow.add(item);
        }
    }

    /** Whether all that was added is in the ring. */
    boolean isClear() {
        return overflow.isEmpty();
    }

    /** Items that found no room yet. */
    int held() {
        return overflow.size();
    }

    /** Moves on what found no room; returns how much. */
    int moveOn() {
        int work = 0;
        while (!overflow.isEmpty() && ring.offer(overflow.peek())) {
            overflow.poll();
            work++;
        }
        if (work > 0) {
            onOffered.run();
        }
        return work;
    }

    /** Gives up what found no room. */
    void release(final Consumer<T> giveUp) {
        overflow.forEach(giveUp);
        overflow.clear();
    }
}
