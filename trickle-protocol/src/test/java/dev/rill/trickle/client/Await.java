package dev.rill.trickle.client;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions with a deadline; for the tests of every package. */
public final class Await {
    static final long TIMEOUT_MS = 10_000;

    private Await() {
    }

    public static void until(final Supplier<String> state, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("not reached in " + TIMEOUT_MS + " ms: " + state.get());
            }
            pause(1);
        }
    }

    static void pause(final long millis) {
        try {
            Thread.sleep(millis);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
