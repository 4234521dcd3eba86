package dev.rill.trickle.client;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * Pauses between attempts: doubling from a first to a longest one, each lengthened at random by up to a quarter, until
 * a budget of time since the first failure is used up. Not thread-safe.
 */
final class Backoff {
    /** Answer of {@link #nextDelayNs}: the budget is used up. */
    static final long EXHAUSTED = -1;

    private final long initialNs;
    private final long maxNs;
    private final long budgetNs;
    private final DoubleSupplier jitter;
    private boolean failing;
    private long firstFailureNs;
    private long delayNs;

    Backoff(final long initialNs, final long maxNs, final long budgetNs) {
        this(initialNs, maxNs, budgetNs, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * @param jitter numbers in 0..1.
     */
    Backoff(final long initialNs, final long maxNs, final long budgetNs, final DoubleSupplier jitter) {
        this.initialNs = initialNs;
        this.maxNs = maxNs;
        this.budgetNs = budgetNs;
        this.jitter = jitter;
    }

    /** Records a failure at {@code nowNs}: the pause before the next attempt, or {@link #EXHAUSTED}. */
    long nextDelayNs(final long nowNs) {
        if (!failing) {
            failing = true;
            firstFailureNs = nowNs;
            delayNs = initialNs;
        } else {
            delayNs = Math.min(maxNs, delayNs * 2);
        }
        if (nowNs - firstFailureNs >= budgetNs) {
            return EXHAUSTED;
        }
        return delayNs + (long) (delayNs * 0.25 * jitter.getAsDouble());
    }

    /** Records a success. */
    void reset() {
        failing = false;
    }
}
