package dev.rill.conform.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches how long this machine stands still: a thread that wants to wake every few milliseconds and notes by how much
 * it was late. A scenario counts time in steps of 100 ms; one that fails on a machine that stood still for half of that
 * has judged the machine.
 */
final class HiccupMeter implements AutoCloseable {
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Thread thread = new Thread(this::watch, "conform-hiccups");
    private volatile boolean closed;
    private volatile long longestNs;

    HiccupMeter() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Longest standstill since this was made, in milliseconds. */
    long longestMs() {
        return TimeUnit.NANOSECONDS.toMillis(longestNs);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        long expectedNs = System.nanoTime() + STEP_NS;
        while (!closed) {
            LockSupport.parkNanos(this, expectedNs - System.nanoTime());
            final long nowNs = System.nanoTime();
            longestNs = Math.max(longestNs, nowNs - expectedNs);
            if (nowNs >= expectedNs) {
                expectedNs = nowNs + STEP_NS;
            }
        }
    }
}
