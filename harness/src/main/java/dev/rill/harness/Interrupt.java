package dev.rill.harness;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns the end of the process (Ctrl-C, SIGTERM) into an orderly stop: tells the command, then gives it a
 * bounded time to finish. Opened first and closed last by each command that runs for long.
 */
final class Interrupt implements AutoCloseable {
    private static final long GRACE_MS = 8_000;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "rill-interrupt");
    private volatile Runnable stop = () -> { };
    private volatile boolean raised;

    Interrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Sets what to run, on another thread, when the process is asked to end; runs it at once if it has been. */
    void onRaised(final Runnable newStop) {
        stop = newStop;
        if (raised) {
            newStop.run();
        }
    }

    /** True once the process was asked to end. */
    boolean isRaised() {
        return raised;
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // The process is ending already; the hook has what it waits for.
            return;
        }
    }

    private void onShutdown() {
        raised = true;
        stop.run();
        awaitFinished();
    }

    private void awaitFinished() {
        try {
            if (!finished.await(GRACE_MS, TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(130);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
