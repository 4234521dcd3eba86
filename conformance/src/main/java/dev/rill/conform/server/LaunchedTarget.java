package dev.rill.conform.server;

import dev.rill.conform.NotApplicableException;
import dev.rill.conform.Profile;
import dev.rill.conform.command.LineProcess;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.Consumer;

/** A command that is started once for each profile and speaks the launch protocol of this module's README. */
public final class LaunchedTarget implements ServerTarget {
    private static final long READY_TIMEOUT_MS = 60_000;

    private final String command;
    private final Consumer<String> notes;

    /**
     * @param command for {@code sh -c}.
     * @param notes   told what went wrong around the process, one line each; any thread.
     */
    public LaunchedTarget(final String command, final Consumer<String> notes) {
        this.command = command;
        this.notes = notes;
    }

    @Override
    public RunningServer open(final Profile profile) throws NotApplicableException, IOException {
        final LineProcess process = new LineProcess(command, notes);
        boolean ready = false;
        try {
            process.send(LaunchLines.profile(profile));
            final RunningServer server = new LaunchedServer(process, awaitPort(process), profile);
            ready = true;
            return server;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for: " + command).initCause(e);
        } finally {
            if (!ready) {
                process.close();
            }
        }
    }

    @Override
    public String toString() {
        return command;
    }

    private int awaitPort(final LineProcess process) throws IOException, InterruptedException, NotApplicableException {
        final String line = process.receive(READY_TIMEOUT_MS);
        if (line == null) {
            throw new IOException("not ready within " + READY_TIMEOUT_MS + " ms: " + command);
        }
        if (line.startsWith(LaunchLines.UNSUPPORTED)) {
            throw new NotApplicableException(line.substring(LaunchLines.UNSUPPORTED.length()).trim());
        }
        if (!line.matches(LaunchLines.READY + " [0-9]{1,5}")) {
            throw new IOException("expected 'ready PORT' or 'unsupported REASON', got '" + line + "' from: " + command);
        }
        return Integer.parseInt(line.substring(LaunchLines.READY.length() + 1));
    }
}
