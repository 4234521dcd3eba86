package dev.rill.trickle.channel;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is to be woken by one channel. Any thread, no lock; {@link #wake} allocates nothing. */
final class Waiters {
    private static final Logger LOGGER = LoggerFactory.getLogger(Waiters.class);
    private static final Waiter[] NOBODY = {};

    private final AtomicReference<Waiter[]> waiters = new AtomicReference<>(NOBODY);

    void add(final Waiter waiter) {
        waiters.updateAndGet(before -> {
            final Waiter[] after = new Waiter[before.length + 1];
            System.arraycopy(before, 0, after, 0, before.length);
            after[before.length] = waiter;
            return after;
        });
    }

    void remove(final Waiter waiter) {
        waiters.updateAndGet(before -> {
            int index = before.length - 1;
            while (index >= 0 && before[index] != waiter) {
                index--;
            }
            if (index < 0) {
                return before;
            }
            final Waiter[] after = new Waiter[before.length - 1];
            System.arraycopy(before, 0, after, 0, index);
            System.arraycopy(before, index + 1, after, index, after.length - index);
            return after;
        });
    }

    void wake() {
        for (final Waiter waiter : waiters.get()) {
            try {
                waiter.signal();
            } catch (final RuntimeException | Error e) {
                LOGGER.error("a waiter failed", e);
                waiter.begin();
            }
        }
    }
}
