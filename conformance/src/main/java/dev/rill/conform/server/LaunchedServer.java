package dev.rill.conform.server;

import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import dev.rill.conform.Profile;
import dev.rill.conform.command.LineProcess;
import dev.rill.conform.wire.Endpoint;
import java.io.IOException;
import java.io.InterruptedIOException;

/** A server in a process of its own. One operation is under way at a time. */
final class LaunchedServer implements RunningServer, LocalApi {
    private static final long ANSWER_TIMEOUT_MS = 10_000;

    private final LineProcess process;
    private final Endpoint endpoint;

    LaunchedServer(final LineProcess process, final int port, final Profile profile) {
        this.process = process;
        this.endpoint = Endpoint.local(port, profile.basePath());
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public LocalApi local() {
        return this;
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String createChannel(final String channel, final String contentType) throws IOException {
        return ask(LaunchLines.createChannel(channel, contentType)).text("result");
    }

    @Override
    public String write(final String channel, final String text) throws IOException {
        return ask(LaunchLines.write(channel, text)).text("result");
    }

    @Override
    public LocalRead read(final String channel, final long sequence) throws IOException {
        return LaunchLines.read(ask(LaunchLines.read(channel, sequence)));
    }

    private synchronized JsonObject ask(final JsonObject operation) throws IOException {
        process.send(operation);
        try {
            final String line = process.receive(ANSWER_TIMEOUT_MS);
            if (line == null) {
                throw new IOException("no answer within " + ANSWER_TIMEOUT_MS + " ms to " + operation);
            }
            return Json.parse(line);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted during " + operation).initCause(e);
        } catch (final IllegalArgumentException e) {
            throw new IOException("answer to " + operation + ": " + e.getMessage(), e);
        }
    }
}
