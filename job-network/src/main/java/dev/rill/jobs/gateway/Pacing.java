package dev.rill.jobs.gateway;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/** Paces a source by its own clock: a unit with decoding time d leaves no earlier than d after the first one left. */
final class Pacing {
    private static final long TICKS_PER_SECOND = 90_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long SPIN_FREE_MARGIN_NS = 100_000L;
    private static final long MAX_PARK_NS = 20_000_000L;

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
     * @param ticks decoding time, 90 kHz.
     * @return monotonic time at which it was due.
     */
    long awaitDue(final long ticks) {
        if (!started) {
            started = true;
            startNs = clock.nanoTime();
            startTicks = ticks;
        }
        final long dueNs = startNs + (ticks - startTicks) * NANOS_PER_SECOND / TICKS_PER_SECOND;
        long remainingNs = dueNs - clock.nanoTime();
        while (remainingNs > SPIN_FREE_MARGIN_NS && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(Math.min(MAX_PARK_NS, remainingNs - SPIN_FREE_MARGIN_NS / 2));
            remainingNs = dueNs - clock.nanoTime();
        }
        return dueNs;
    }

    /** True once the first unit was due. */
    boolean isStarted() {
        return started;
    }
}
