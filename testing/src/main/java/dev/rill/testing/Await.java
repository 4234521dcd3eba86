package dev.rill.testing;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions with a deadline. */
public final class Await {
    /** How long a condition may take to hold. */
    public static final long TIMEOUT_MS = 10_000;

    private Await() {
    }

    /**
     * Waits until a condition holds, {@value #TIMEOUT_MS} ms at most.
     *
     * @param state     told by the error of a condition that does not.
     * @param condition asked again and again by this thread.
     */
    public static void until(final Supplier<String> state, final BooleanSupplier condition) {
        until(TIMEOUT_MS, state, condition);
    }

    /**
     * As {@link #until(Supplier, BooleanSupplier)} with another deadline.
     *
     * @param timeoutMs at most.
     * @param state     told by the error of a condition that does not.
     * @param condition asked again and again by this thread.
     */
    public static void until(
        final long timeoutMs, final Supplier<String> state, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not reached in " + timeoutMs + " ms: " + state.get());
            }
            pause(1);
        }
    }

    /** Sleeps. */
    public static void pause(final long millis) {
        try {
            Thread.sleep(millis);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
