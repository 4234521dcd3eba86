package dev.rill.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the kernel has counted of a process so far, from {@code /proc/PID}.
 *
 * @param cpuNs        processor time, user and system, of all threads; the kernel counts in steps of 10 ms.
 * @param ioCalls      read and write calls ({@code syscr}, {@code syscw}): a lower bound of all system calls.
 * @param voluntary    context switches because a thread had nothing to do, of the threads alive now.
 * @param involuntary  context switches because another thread was to run, of the threads alive now.
 * @param residentBytes resident set.
 */
record ProcessFigures(long cpuNs, long ioCalls, long voluntary, long involuntary, long residentBytes) {
    private static final long NANOS_PER_TICK = 10_000_000L; // USER_HZ is 100 on Linux, whatever the kernel ticks with.
    private static final int UTIME = 11; // Fields behind the command's closing bracket, as proc(5) counts from 3.
    private static final int STIME = 12;

    static ProcessFigures of(final long pid) {
        final Path process = Path.of("/proc", String.valueOf(pid));
        final String stat = read(process.resolve("stat"));
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        final String io = read(process.resolve("io"));
        final String status = read(process.resolve("status"));
        long voluntary = 0;
        long involuntary = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
            for (final Path task : tasks) {
                final String text = read(task.resolve("status"));
                voluntary += field(text, "voluntary_ctxt_switches:");
                involuntary += field(text, "nonvoluntary_ctxt_switches:");
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("pid=" + pid + ": cannot list its threads", e);
        }
        return new ProcessFigures(
            (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * NANOS_PER_TICK,
            field(io, "syscr:") + field(io, "syscw:"), voluntary, involuntary, 1024 * field(status, "VmRSS:"));
    }

    /** What was added since an earlier look; the resident set is that of now. */
    ProcessFigures since(final ProcessFigures earlier) {
        return new ProcessFigures(
            cpuNs - earlier.cpuNs, ioCalls - earlier.ioCalls, voluntary - earlier.voluntary,
            involuntary - earlier.involuntary, residentBytes);
    }

    private static long field(final String text, final String name) {
        return text.lines().filter(line -> line.startsWith(name)).mapToLong(
            line -> Long.parseLong(line.substring(name.length()).replace("kB", "").strip())).findFirst().orElse(0);
    }

    /** The text of a file; empty for a thread that has ended meanwhile. */
    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final NoSuchFileException e) {
            return "";
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
