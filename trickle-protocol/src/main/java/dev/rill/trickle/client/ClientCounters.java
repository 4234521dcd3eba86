package dev.rill.trickle.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one carriage. Any thread, wait-free. */
final class ClientCounters {
    private final LongAdder[] values = new LongAdder[ClientCounter.values().length];

    ClientCounters() {
        for (int i = 0; i < values.length; i++) {
            values[i] = new LongAdder();
        }
    }

    void add(final ClientCounter counter, final long amount) {
        values[counter.ordinal()].add(amount);
    }

    long value(final ClientCounter counter) {
        return values[counter.ordinal()].sum();
    }

    Map<String, Long> snapshot() {
        final Map<String, Long> result = new LinkedHashMap<>();
        for (final ClientCounter counter : ClientCounter.values()) {
            result.put(counter.id(), value(counter));
        }
        return Collections.unmodifiableMap(result);
    }
}
