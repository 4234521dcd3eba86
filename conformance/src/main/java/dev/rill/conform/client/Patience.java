package dev.rill.conform.client;

import dev.rill.conform.Mismatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions with a deadline. */
final class Patience {
    static final long TIMEOUT_MS = 10_000;

    private Patience() {
    }

    static void until(
        final String what, final String expected, final Supplier<String> actual, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new Mismatch(what, expected, actual.get() + " after " + TIMEOUT_MS + " ms");
            }
            pause(1);
        }
    }

    static void pause(final long millis) {
        try {
            Thread.sleep(millis);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
