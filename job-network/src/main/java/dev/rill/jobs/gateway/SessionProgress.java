package dev.rill.jobs.gateway;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What the two threads of a gateway session tell each other and whoever watches. Any thread. */
final class SessionProgress {
    final AtomicLong bytesOut = new AtomicLong();
    final AtomicLong bytesIn = new AtomicLong();
    final AtomicLong segmentsOut = new AtomicLong();
    final AtomicLong segmentsIn = new AtomicLong();
    final AtomicLong segmentsMissed = new AtomicLong();
    final AtomicLong creditsWrittenOff = new AtomicLong();
    final AtomicLong malformedEvents = new AtomicLong();
    final AtomicLong controlsRefused = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile boolean stopRequested;
    private volatile boolean cancelled;
    private volatile boolean resultEnded;

    /** Keeps the first failure; later ones are its consequences. */
    void fail(final String reason) {
        failure.compareAndSet(null, reason);
        stopRequested = true;
    }

    String failure() {
        return failure.get();
    }

    void requestStop() {
        stopRequested = true;
    }

    /** Ends every wait early; what is under way is given up. */
    void cancel() {
        cancelled = true;
        stopRequested = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    boolean isStopRequested() {
        return stopRequested;
    }

    void onResultEnded() {
        resultEnded = true;
    }

    boolean isResultEnded() {
        return resultEnded;
    }
}
