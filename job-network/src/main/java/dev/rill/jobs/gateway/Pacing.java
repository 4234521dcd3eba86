package dev.rill.jobs.gateway;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.NanoClock;

/**
 * Paces a source by its own clock: a unit with decoding time d leaves no earlier than d after the first one left. A
 * unit
 * that would have to wait longer than {@value #MAX_WAIT_NS} ns begins a new count: the source's clock jumped.
 */
final class Pacing {
    private static final long TICKS_PER_SECOND = 90_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long SPIN_FREE_MARGIN_NS = 100_000L;
    private static final long MAX_PARK_NS = 20_000_000L;
    static final long MAX_WAIT_NS = 10 * NANOS_PER_SECOND;

    private final NanoClock clock;
    private boolean started;
    private long startNs;
    private long startTicks;

    Pacing(final NanoClock clock) {
        this.clock = clock;
    }

    /**
     * Blocks until a unit is due; the first unit is due at once.
     *
     * @param ticks         decoding time, 90 kHz.
     * @param stopRequested ends the wait early.
     * @return monotonic time at which it was due.
     */
    long awaitDue(final long ticks, final BooleanSupplier stopRequested) {
        if (!started || dueNs(ticks) - clock.nanoTime() > MAX_WAIT_NS) {
            started = true;
            startNs = clock.nanoTime();
            startTicks = ticks;
        }
        final long dueNs = dueNs(ticks);
        long remainingNs = dueNs - clock.nanoTime();
        while (remainingNs > SPIN_FREE_MARGIN_NS && !stopRequested.getAsBoolean()) {
            LockSupport.parkNanos(Math.min(MAX_PARK_NS, remainingNs - SPIN_FREE_MARGIN_NS / 2));
            remainingNs = dueNs - clock.nanoTime();
        }
        return dueNs;
    }

    private long dueNs(final long ticks) {
        return startNs + (ticks - startTicks) * NANOS_PER_SECOND / TICKS_PER_SECOND;
    }

    /** True once the first unit was due. */
    boolean isStarted() {
        return started;
    }
}
