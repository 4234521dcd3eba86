package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that takes lines and gives lines, and all that it said for when it goes wrong. */
final class PeerProcess implements AutoCloseable {
    static final long DEADLINE_MS = 30_000;

    private static final JsonFactory JSON = new JsonFactory();
    private static final String END = "";

    private final List<String> command;
    private final Process process;
    private final Writer in;
    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Queue<String> err = new ConcurrentLinkedQueue<>();

    private PeerProcess(final List<String> command) throws IOException {
        this.command = command;
        process = new ProcessBuilder(command).start();
        in = process.outputWriter(StandardCharsets.UTF_8);
        follow(process.getInputStream(), out);
        follow(process.getErrorStream(), err);
    }

    static PeerProcess start(final List<String> command) {
        try {
            return new PeerProcess(command);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    void send(final String line) {
        try {
            in.write(line + "\n");
            in.flush();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot send " + line + " to " + this, e);
        }
    }

    /** The next line of standard output; fails when none comes in time or the process has ended. */
    String line() {
        try {
            final String line = out.poll(DEADLINE_MS, TimeUnit.MILLISECONDS);
            if (line == null || line.equals(END)) {
                fail("%s from %s", line == null ? "nothing came" : "no more lines", this);
            }
            said.add(line);
            return line;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + this, e);
        }
    }

    /** The next line as an object without nested objects. */
    Map<String, String> event() {
        final String line = line();
        try (JsonParser parser = JSON.createParser(line)) {
            final Map<String, String> fields = new HashMap<>();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final String name = parser.currentName();
                parser.nextToken();
                fields.put(name, parser.getText());
            }
            return fields;
        } catch (final IOException e) {
            throw new UncheckedIOException("not an event: " + line + " from " + this, e);
        }
    }

    /** The next event that is not of a kind to pass over; fails unless it is the expected one. */
    Map<String, String> expect(final String kind) {
        final Map<String, String> event = event();
        if (!kind.equals(event.get("event"))) {
            fail("expected the event %s but got %s from %s", kind, event, this);
        }
        return event;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(DEADLINE_MS, TimeUnit.MILLISECONDS)) {
                fail("does not end: %s", this);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command) + "\n--- said\n" + String.join("\n", said) + "\n--- stderr\n"
            + String.join("\n", err);
    }

    private static void follow(final InputStream stream, final Queue<String> lines) {
        final Thread thread = new Thread(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (final IOException | UncheckedIOException e) {
                lines.add("(" + e.getMessage() + ")");
            }
            lines.add(END);
        }, "peer-lines");
        thread.setDaemon(true);
        thread.start();
    }
}
