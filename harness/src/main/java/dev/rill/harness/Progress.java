package dev.rill.harness;

import java.io.PrintWriter;
import java.util.function.Supplier;

/**
 * One line on stderr that tells how a long run is doing: rewritten in place on a terminal, repeated at a slower pace
 * elsewhere. One thread.
 */
final class Progress implements AutoCloseable {
    static final long TERMINAL_INTERVAL_NS = 200_000_000L;
    static final long LOG_INTERVAL_NS = 5_000_000_000L;
    private static final int WIDTH = 100;
    private static final long MOMENT_MS = 50;

    private final PrintWriter err;
    private final boolean terminal;
    private final long intervalNs;
    private long nextNs;
    private boolean open;

    Progress(final PrintWriter err, final boolean terminal, final long startNs) {
        this.err = err;
        this.terminal = terminal;
        intervalNs = terminal ? TERMINAL_INTERVAL_NS : LOG_INTERVAL_NS;
        nextNs = startNs + intervalNs;
    }

    /** Waits for something that runs for long. */
    @FunctionalInterface
    interface Wait {
        /** Waits a moment; true once it is over. */
        boolean isOver(long momentMs) throws InterruptedException;
    }

    /** Shows how something is doing until it is over. */
    static void follow(final PrintWriter err, final Wait wait, final Supplier<String> line)
        throws InterruptedException {
        try (Progress progress = new Progress(err, System.console() != null, System.nanoTime())) {
            while (!wait.isOver(MOMENT_MS)) {
                final long nowNs = System.nanoTime();
                if (progress.isDue(nowNs)) {
                    progress.show(nowNs, line.get());
                }
            }
        }
    }

    /** For people: so many frames, and which part of all if that is known. */
    static String frames(final long frames, final double fraction) {
        return fraction < 0 ? "%d frames".formatted(frames)
            : "%d frames, %.0f %%".formatted(frames, 100 * Math.min(1, fraction));
    }

    /** Whether {@link #show} would print now. */
    boolean isDue(final long nowNs) {
        return nowNs - nextNs >= 0;
    }

    void show(final long nowNs, final String line) {
        nextNs = nowNs + intervalNs;
        if (terminal) {
            err.print("\r" + ("%-" + WIDTH + "s").formatted(line));
            open = true;
        } else {
            err.println(line);
        }
        err.flush();
    }

    @Override
    public void close() {
        if (open) {
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
            open = false;
        }
    }
}
