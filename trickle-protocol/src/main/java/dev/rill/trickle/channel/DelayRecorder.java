package dev.rill.trickle.channel;

import dev.rill.trickle.ChannelStats;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A histogram of times in less than 3 KiB: each power of two of nanoseconds is parted into eight buckets.
 * <pre>
 *   value         0 .. 7   8 .. 15   16 .. 31   32 .. 63   ...   2^42 and more
 *   width         1        1         2          4                all in the last
 * </pre>
 * Any thread; recording is one atomic increment.
 */
final class DelayRecorder {
    private static final int PARTS = 8;
    private static final int PART_BITS = 3;
    private static final int BUCKETS = 40 * PARTS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicLong maxNs = new AtomicLong();

    void record(final long delayNs) {
        final long value = Math.max(0, delayNs);
        counts.incrementAndGet(bucket(value));
        long before = maxNs.get();
        while (value > before && !maxNs.compareAndSet(before, value)) {
            before = maxNs.get();
        }
    }

    ChannelStats.Delays snapshot() {
        final long[] copy = new long[BUCKETS];
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.get(i);
            count += copy[i];
        }
        final long most = maxNs.get();
        return new ChannelStats.Delays(count, percentile(copy, count, most, 50), percentile(copy, count, most, 90),
            percentile(copy, count, most, 99), most);
    }

    private static long percentile(final long[] counts, final long count, final long maxNs, final int percent) {
        final long wanted = (count * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < BUCKETS && wanted > 0; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(maxNs, highest(i));
            }
        }
        return 0;
    }

    static int bucket(final long value) {
        if (value < PARTS) {
            return (int) value;
        }
        final int shift = 63 - Long.numberOfLeadingZeros(value) - PART_BITS;
        return Math.min(BUCKETS - 1, (shift + 1) * PARTS + (int) (value >> shift) - PARTS);
    }

    /** Largest value of a bucket. */
    static long highest(final int bucket) {
        if (bucket < PARTS) {
            return bucket;
        }
        if (bucket == BUCKETS - 1) {
            return Long.MAX_VALUE;
        }
        final int shift = bucket / PARTS - 1;
        return ((bucket % PARTS + PARTS + 1L) << shift) - 1;
    }
}
