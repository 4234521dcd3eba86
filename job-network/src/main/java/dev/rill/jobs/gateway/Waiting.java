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
    private final BooleanSupplier cancelled;

    /** Waits of at most {@code limitNs}, which end early once {@code cancelled}. */
    Waiting(final NanoClock clock, final long limitNs, final BooleanSupplier cancelled) {
        this.clock = clock;
        this.limitNs = limitNs;
        this.cancelled = cancelled;
    }

    /** True as soon as the condition holds; false after the limit, or once cancelled. */
    boolean await(final BooleanSupplier condition) {
        final long deadlineNs = clock.nanoTime() + limitNs;
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - deadlineNs >= 0 || cancelled.getAsBoolean()) {
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
