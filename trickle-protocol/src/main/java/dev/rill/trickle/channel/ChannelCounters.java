package dev.rill.trickle.channel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one engine. Any thread, no contention between writers. */
public final class ChannelCounters {
    private final LongAdder[] adders = new LongAdder[Counter.values().length];

    /** All zero. */
    public ChannelCounters() {
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
    }

    /** Adds one. */
    public void increment(final Counter counter) {
        adders[counter.ordinal()].increment();
    }

    /**
     * Adds an amount.
     *
     * @param counter which.
     * @param amount  negative for gauges that fall.
     */
    public void add(final Counter counter, final long amount) {
        adders[counter.ordinal()].add(amount);
    }

    /** Value now; not atomic across counters. */
    public long value(final Counter counter) {
        return adders[counter.ordinal()].sum();
    }

    /** Every counter by its label. */
    public Map<String, Long> snapshot() {
        final Map<String, Long> values = new LinkedHashMap<>();
        for (final Counter counter : Counter.values()) {
            values.put(counter.label(), value(counter));
        }
        return values;
    }
}
