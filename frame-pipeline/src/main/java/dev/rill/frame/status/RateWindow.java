package dev.rill.frame.status;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Rate of a counter over a sliding window of 10 s, unknown until a whole window has passed. Single-threaded.
 */
final class RateWindow {
    /** Length of the window in nanoseconds. */
    static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);

    private static final double NANOS_PER_SECOND = 1e9;

    private record Sample(long timeNs, long count) {
    }

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private double perSecond = Double.NaN;

    /**
     * Takes a reading.
     *
     * @param count of the counter, never less than before.
     * @param nowNs monotonic time.
     */
    void add(final long count, final long nowNs) {
        samples.add(new Sample(nowNs, count));
        Sample base = null;
        while (samples.size() > 1 && nowNs - samples.peek().timeNs() >= WINDOW_NS) {
            base = samples.poll();
        }
        if (base != null) {
            samples.addFirst(base); // The reading at the start of the window stays.
            perSecond = (count - base.count()) * NANOS_PER_SECOND / (nowNs - base.timeNs());
        }
    }

    /** Rate over the latest whole window, or {@link Double#NaN} before the first. */
    double perSecond() {
        return perSecond;
    }

    /** Rate over the readings so far, at most a window; 0 before the second reading. */
    double perSecondSoFar() {
        final Sample first = samples.peekFirst();
        final Sample last = samples.peekLast();
        if (first == null || last.timeNs() == first.timeNs()) {
            return 0;
        }
        return (last.count() - first.count()) * NANOS_PER_SECOND / (last.timeNs() - first.timeNs());
    }
}
