package dev.rill.gpu.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts users of a resource and, once closed, runs an action exactly once when the last of them has left.
 * <p>
 * Any thread; lock-free. The action runs on the thread that leaves last, or on the closing thread when nobody is
 * inside. Nobody enters a closed gate, so the count only falls after closing and the action cannot run twice.
 */
public final class Gate {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger state = new AtomicInteger();
    private final Runnable onDrained;

    /**
     * Makes an open gate.
     *
     * @param onDrained runs once, when the gate is closed and nobody is inside.
     */
    public Gate(final Runnable onDrained) {
        this.onDrained = onDrained;
    }

    /**
     * Enters, unless closed; every success is followed by one {@link #exit}.
     *
     * @return false if the gate is closed.
     */
    public boolean enter() {
        int current = state.get();
        while (current >= 0) {
            if (state.compareAndSet(current, current + 1)) {
                return true;
            }
            current = state.get();
        }
        return false;
    }

    /** Leaves; the last one out of a closed gate runs the action. */
    public void exit() {
        if (state.decrementAndGet() == CLOSED) {
            onDrained.run();
        }
    }

    /**
     * Closes the gate.
     *
     * @return false if it was closed before.
     */
    public boolean close() {
        final int before = state.getAndUpdate(current -> current | CLOSED);
        if (before == 0) {
            onDrained.run();
        }
        return before >= 0;
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return state.get() < 0;
    }

    /** How many are inside. */
    public int users() {
        return state.get() & ~CLOSED;
    }
}
