package dev.rill.frame.status;

import java.util.concurrent.TimeUnit;

/** When a counter was last seen to change. Single-threaded. */
final class LastChange {
    private long count;
    private long timeNs;
    private boolean isKnown;

    void add(final long newCount, final long nowNs) {
        if (newCount != count) {
            count = newCount;
            timeNs = nowNs;
            isKnown = true;
        }
    }

    /** Milliseconds since then, or {@link StreamVitals#NEVER}. */
    long ageMs(final long nowNs) {
        return isKnown ? TimeUnit.NANOSECONDS.toMillis(nowNs - timeNs) : StreamVitals.NEVER;
    }
}
