package dev.rill.gpu;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Python process with a model, and all the processes it has started. What it prints is logged, and the end of it is
 * kept, since it says why a process ended.
 */
final class WorkerProcess {
    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerProcess.class);
    private static final int LINES = 3;
    private static final int LINE_LENGTH = 400;
    private static final int STATE = 0;
    private static final int SESSION = 3;
    private static final long STEP_NS = 1_000_000;
    private static final long PATIENCE_MS = 200;

    private final String model;
    private final WorkerFolder folder;
    private final Process process;
    private final Thread reader;
    private final ArrayDeque<String> printed = new ArrayDeque<>();
    private final Set<ProcessHandle> family = new LinkedHashSet<>();
    private String sessionId = "";
    private volatile String condemnation = "";

    private WorkerProcess(final String model, final WorkerFolder folder, final Process process) {
        this.model = model;
        this.folder = folder;
        this.process = process;
        family.add(process.toHandle());
        reader = new Thread(this::read, "rill-worker-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it; the folder of its program is deleted once it is gone. */
    static WorkerProcess start(final String model, final WorkerFolder folder, final List<String> command)
        throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment(builder);
        try {
            return new WorkerProcess(model, folder, builder.start());
        } catch (final IOException ex) {
            folder.close();
            throw ex;
        }
    }

    static void environment(final ProcessBuilder builder) {
        builder.environment().put("PYTHONUTF8", "1");
        builder.environment().put("PYTHONUNBUFFERED", "1");
    }

    /** Writes a line to its standard input; one that has gone misses nothing. */
    void tell(final String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (final IOException ex) {
            LOGGER.debug("worker not told model={}", model, ex);
        }
    }

    /** It has nothing to read there. */
    void tellNothing() {
        try {
            process.getOutputStream().close();
        } catch (final IOException ex) {
            LOGGER.debug("worker input not closed model={}", model, ex);
        }
    }

    /** It will be killed; the first reason stays. */
    synchronized void condemn(final String reason) {
        condemnation = condemnation.isEmpty() ? reason : condemnation;
    }

    /** Why one of its sessions has it killed; empty if none does. */
    String condemnation() {
        return condemnation;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has ended; with patience for one whose link has ended, since that comes a moment earlier. */
    boolean isEnded(final boolean withPatience) {
        boolean isInterrupted = false;
        boolean isEnded = !process.isAlive();
        if (!isEnded && withPatience) {
            try {
                isEnded = process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS);
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return isEnded;
    }

    /** The process at the other end of the link, which need not be the one that was started. */
    synchronized void onAttached(final int pid) {
        if (pid > 0) {
            ProcessHandle.of(pid).ifPresent(family::add);
            sessionId = String.valueOf(pid);
        }
        findFamily();
    }

    /** How it ended, or what it said last. */
    String lastWords() {
        final String how = process.isAlive() ? "alive" : "exit code " + process.exitValue();
        synchronized (printed) {
            return printed.isEmpty() ? how : how + ": " + String.join(" | ", printed);
        }
    }

    /** Kills all of its processes and waits until they are gone; false if one still is there at the deadline. */
    synchronized boolean kill(final long deadlineNs) {
        boolean isInterrupted = false;
        boolean isGone = false;
        do {
            findFamily();
            family.forEach(ProcessHandle::destroyForcibly);
            isGone = family.stream().allMatch(WorkerProcess::isGone);
            if (!isGone) {
                LockSupport.parkNanos(STEP_NS);
                isInterrupted |= Thread.interrupted();
            }
        } while (!isGone && System.nanoTime() - deadlineNs < 0);
        if (isGone) {
            isInterrupted |= awaitReader();
            folder.close();
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return isGone;
    }

    /** Those that it has started, and theirs, also where one in between has ended: they are of the same session. */
    private void findFamily() {
        for (final ProcessHandle known : List.copyOf(family)) {
            known.descendants().forEach(family::add);
        }
        if (!sessionId.isEmpty()) {
            ProcessHandle.allProcesses().filter(other -> sessionId.equals(status(other)[SESSION])).forEach(family::add);
        }
    }

    /** One that nobody has asked how it ended counts as gone: it runs no more. */
    private static boolean isGone(final ProcessHandle handle) {
        return !handle.isAlive() || "Z".equals(status(handle)[STATE]) || "X".equals(status(handle)[STATE]);
    }

    /** State, parent, group, session as proc(5) has them behind the name of a process; empty texts if it is gone. */
    private static String[] status(final ProcessHandle handle) {
        try {
            final String stat =
                Files.readString(Path.of("/proc/" + handle.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (final IOException ex) {
            return new String[] {"", "", "", ""};
        }
    }

    private boolean awaitReader() {
        try {
            reader.join(1_000);
            return false;
        } catch (final InterruptedException ex) {
            return true;
        }
    }

    private void read() {
        try (Reader output = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            BoundedLines.read(output, LINE_LENGTH, this::keep);
        } catch (final IOException ex) {
            LOGGER.debug("worker output ended model={}", model, ex);
        }
    }

    private void keep(final String line) {
        LOGGER.info("worker model={} pid={}: {}", model, process.pid(), line);
        synchronized (printed) {
            printed.add(line);
            if (printed.size() > LINES) {
                printed.poll();
            }
        }
    }
}
