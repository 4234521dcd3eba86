package dev.rill.jobs.gateway;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.NanoClock;

/** Waits for conditions that another thread makes true, for a bounded time. */
final class Waiting {
    private static final long STEP_NS = 1_000_000L;
    private static final long NANOS_PER_MS = 1_000_000L;

    private final NanoClock clock;
    private final long limitNs;

    Waiting(final NanoClock clock, final long limitNs) {
        this.clock = clock;
        this.limitNs = limitNs;
    }

    /** True as soon as the condition holds; false after the limit, or when the thread is interrupted. */
    boolean await(final BooleanSupplier condition) {
        final long deadlineNs = clock.nanoTime() + limitNs;
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - deadlineNs >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(STEP_NS);
        }
        return true;
    }

    long nowNs() {
        return clock.nanoTime();
    }

    long limitMs() {
        return limitNs / NANOS_PER_MS;
    }
}
