package dev.rill.trickle.local;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets one thread use a thing and any thread close it: whoever of the two comes last releases it.
 * <pre>{@code
 *   if (guard.enter()) { try { use(); } finally { if (guard.exit()) { release(); } } }
 *   if (guard.close()) { release(); }
 * }</pre>
 */
final class UseGuard {
    private static final int FREE = 0;
    private static final int BUSY = 1;
    private static final int CLOSED = 2;
    private static final int CLOSED_WHILE_BUSY = 3;

    private final AtomicInteger state = new AtomicInteger();

    /**
     * Begins a use.
     *
     * @return false if the thing is closed.
     * @throws IllegalStateException if it is in use, by this thread or another.
     */
    boolean enter() {
        final int before = state.compareAndExchange(FREE, BUSY);
        if (before == BUSY || before == CLOSED_WHILE_BUSY) {
            throw new IllegalStateException("in use by another thread, or from within its own handler");
        }
        return before == FREE;
    }

    /** Ends a use; true if the caller must release. */
    boolean exit() {
        if (state.compareAndSet(BUSY, FREE)) {
            return false;
        }
        state.set(CLOSED);
        return true;
    }

    /** Closes; true if the caller must release, which happens once. */
    boolean close() {
        while (true) {
            if (state.compareAndSet(FREE, CLOSED)) {
                return true;
            }
            if (state.compareAndSet(BUSY, CLOSED_WHILE_BUSY) || isClosed()) {
                return false;
            }
        }
    }

    boolean isClosed() {
        return state.get() >= CLOSED;
    }
}
