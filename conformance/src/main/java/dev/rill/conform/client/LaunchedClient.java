package dev.rill.conform.client;

import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import dev.rill.conform.command.LineProcess;
import java.io.IOException;
import java.util.function.Consumer;

/** A client in a process of its own; a daemon thread passes its events on and ends with the process. */
final class LaunchedClient implements ClientUnderTest {
    private static final long LOOK_EVERY_MS = 60_000;

    private final LineProcess process;
    private final Consumer<JsonObject> events;

    LaunchedClient(final LineProcess process, final Consumer<JsonObject> events) {
        this.process = process;
        this.events = events;
        final Thread thread = new Thread(this::passEvents, "conform-client-events");
        thread.setDaemon(true);
        thread.start();
    }

    void send(final JsonObject line) throws IOException {
        process.send(line);
    }

    @Override
    public void openSegment() throws IOException {
        send(ClientLines.OPEN);
    }

    @Override
    public void write(final String text) throws IOException {
        send(ClientLines.write(text));
    }

    @Override
    public void closeSegment() throws IOException {
        send(ClientLines.CLOSE);
    }

    @Override
    public void close() {
        process.close();
    }

    private void passEvents() {
        try {
            while (true) {
                final String line = process.receive(LOOK_EVERY_MS);
                if (line != null) {
                    events.accept(Json.parse(line));
                }
            }
        } catch (final IOException | IllegalArgumentException e) {
            events.accept(ClientEvents.lost(e.getMessage()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
