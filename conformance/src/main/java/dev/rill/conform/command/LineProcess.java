package dev.rill.conform.command;

import dev.rill.conform.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command run by {@code sh -c} that gets lines on its standard input and says lines on its standard output; what it
 * says on standard error goes to ours. Ends when its input is closed.
 * <p>
 * One thread sends and one receives. One daemon thread reads; it ends with the process.
 */
public final class LineProcess implements AutoCloseable {
    private static final long STOP_TIMEOUT_MS = 10_000;
    private static final long EXIT_TIMEOUT_MS = 1_000;

    private final String command;
    private final Process process;
    private final Writer input;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final Consumer<String> notes;

    /**
     * Starts a command.
     *
     * @param command for {@code sh -c}.
     * @param notes   told what went wrong around the process, one line each.
     * @throws IOException if there is no shell.
     */
    public LineProcess(final String command, final Consumer<String> notes) throws IOException {
        this.command = command;
        this.notes = notes;
        process = new ProcessBuilder("sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        final Thread reader = new Thread(this::readLines, "conform-command");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Sends one line.
     *
     * @param message the line.
     * @throws IOException if the command does not read any more.
     */
    public void send(final JsonObject message) throws IOException {
        try {
            input.write(message + "\n");
            input.flush();
        } catch (final IOException e) {
            throw new IOException(ended() + "; it did not take " + message, e);
        }
    }

    /**
     * Waits for the next line.
     *
     * @param withinMs how long.
     * @return the line, or null if none came in that time.
     * @throws IOException          if the command has ended instead.
     * @throws InterruptedException if the thread was interrupted.
     */
    public String receive(final long withinMs) throws IOException, InterruptedException {
        final Optional<String> line = lines.poll(Math.max(0, withinMs), TimeUnit.MILLISECONDS);
        if (line == null) {
            return null;
        }
        if (line.isEmpty()) {
            lines.add(line);
            throw new IOException(ended());
        }
        return line.get();
    }

    /** Closes the command's input and waits for its end; kills it and its children if that takes over ten seconds. */
    @Override
    public void close() {
        try {
            input.close();
        } catch (final IOException e) {
            // It has stopped reading; the sender of what is lost was told so.
        }
        if (!awaitEnd(STOP_TIMEOUT_MS)) {
            notes.accept("command killed, did not end in " + STOP_TIMEOUT_MS + " ms after its input did: " + command);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private boolean awaitEnd(final long withinMs) {
        try {
            return process.waitFor(withinMs, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String ended() {
        final String how = awaitEnd(EXIT_TIMEOUT_MS)
            ? "ended with exit code " + process.exitValue() : "ended its output or input";
        return "command " + how + ": " + command;
    }

    private void readLines() {
        try (BufferedReader reader =
            new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(Optional.of(line));
            }
        } catch (final IOException e) {
            notes.accept("cannot read from command: " + command + ": " + e.getMessage());
        } finally {
            lines.add(Optional.empty());
        }
    }
}
