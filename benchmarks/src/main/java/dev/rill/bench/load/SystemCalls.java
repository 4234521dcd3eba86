package dev.rill.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Counts the system calls of a process with {@code perf stat}, between {@link #start} and {@link #stop}. One thread.
 * Where perf or the tracepoint is not to be had, the count is unknown.
 */
final class SystemCalls {
    /** Outcome of {@link #stop}: this machine does not let us count. */
    static final long UNKNOWN = -1;
    private static final String EVENT = "raw_syscalls:sys_enter";
    private static final long SETTLE_MS = 300;
    private static final long STOP_MS = 5_000;

    private final Process perf;

    private SystemCalls(final Process perf) {
        this.perf = perf;
    }

    /** Begins counting; blocks until perf has attached itself. */
    static SystemCalls start(final long pid) throws InterruptedException {
        try {
            final Process perf = new ProcessBuilder("perf", "stat", "-x,", "-e", EVENT, "-p", String.valueOf(pid))
                .redirectErrorStream(true).start();
            TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
            return new SystemCalls(perf);
        } catch (final IOException e) {
            return new SystemCalls(null); // No perf on this machine.
        }
    }

    /** Ends counting and says how many calls there were, or {@link #UNKNOWN}. */
    long stop() throws InterruptedException {
        if (perf == null) {
            return UNKNOWN;
        }
        try {
            new ProcessBuilder("kill", "-INT", String.valueOf(perf.pid())).start().waitFor();
            if (!perf.waitFor(STOP_MS, TimeUnit.MILLISECONDS)) {
                perf.destroyForcibly();
                return UNKNOWN;
            }
            return count(new String(perf.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read what perf says", e);
        }
    }

    /** The first field of the line of the event; perf writes words there when it could not count. */
    static long count(final String output) {
        return output.lines().filter(line -> line.contains(EVENT))
            .map(line -> line.substring(0, line.indexOf(','))).filter(text -> text.matches("[0-9]+"))
            .mapToLong(Long::parseLong).findFirst().orElse(UNKNOWN);
    }
}
