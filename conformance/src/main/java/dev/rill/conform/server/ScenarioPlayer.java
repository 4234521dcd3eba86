package dev.rill.conform.server;

import dev.rill.conform.Failure;
import dev.rill.conform.JsonObject;
import dev.rill.conform.Mismatch;
import dev.rill.conform.Profile;
import dev.rill.conform.wire.Connection;
import dev.rill.conform.wire.Dialer;
import dev.rill.conform.wire.Outgoing;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plays the steps of one scenario against one server. Not thread-safe. */
final class ScenarioPlayer implements AutoCloseable {
    private static final long DEFAULT_WITHIN_MS = 2_000;
    private static final long NO_VARIABLE = -1;

    private final RunningServer server;
    private final Dialer dialer;
    private final String profileBase;
    private final Map<String, Connection> connections = new HashMap<>();
    private Placeholders names;

    ScenarioPlayer(final RunningServer server, final Dialer dialer, final Profile profile, final String channel) {
        this.server = server;
        this.dialer = dialer;
        this.profileBase = profile.basePath();
        this.names = new Placeholders(channel, NO_VARIABLE);
    }

    void play(final List<JsonObject> steps) throws StepFailedException, InterruptedException {
        play(steps, "");
    }

    @Override
    public void close() throws IOException {
        for (final Connection connection : connections.values()) {
            connection.close();
        }
        dialer.close();
    }

    private void play(final List<JsonObject> steps, final String place)
        throws StepFailedException, InterruptedException {
        for (int i = 0; i < steps.size(); i++) {
            final JsonObject step = steps.get(i);
            try {
                if ("repeat".equals(step.text("op"))) {
                    repeat(step, place + i);
                } else {
                    step(step);
                }
            } catch (final Mismatch e) {
                throw failed(place + i, step, e.what(), e.expected(), e.actual(), e);
            } catch (final IOException e) {
                throw failed(place + i, step, "connection", "to work", String.valueOf(e.getMessage()), e);
            }
        }
    }

    private StepFailedException failed(
        final String place, final JsonObject step, final String what, final String expected, final String actual,
        final Throwable cause) {
        final Connection connection = connections.get(names.fill(step.text("conn", "")));
        final String received = connection == null ? "" : connection.received();
        return new StepFailedException(
            new Failure(place, names.fill(step), what, expected, actual, received), cause);
    }

    private void repeat(final JsonObject step, final String place) throws StepFailedException, InterruptedException {
        final Placeholders outer = names;
        for (long i = 0; i < step.number("times"); i++) {
            names = new Placeholders(outer.channel(), i);
            play(step.objects("steps"), place + "[i=" + i + "].");
        }
        names = outer;
    }

    private void step(final JsonObject step) throws IOException, InterruptedException {
        final long withinMs = step.number("withinMs", DEFAULT_WITHIN_MS);
        switch (step.text("op")) {
            case "connect" -> connection(step);
            case "request" -> connection(step).request(outgoing(step));
            case "chunk" -> connection(step).chunk(names.bytes(step.get("text")));
            case "end" -> connection(step).endBody();
            case "abort" -> abort(step);
            case "expect" -> Expectations.response(connection(step), step, names, withinMs);
            case "expectBody" -> Expectations.body(connection(step), step, names, withinMs);
            case "expectFirstChunk" -> Expectations.firstChunk(connection(step), step, names, withinMs);
            case "expectInterim" -> Expectations.interim(connection(step), step, withinMs);
            case "expectNothing" -> connection(step).assertNothing(step.number("ms"));
            case "expectClosed" -> connection(step).assertClosed(withinMs);
            case "sleep" -> Thread.sleep(step.number("ms"));
            case "local" -> LocalSteps.perform(server.local(), step, names);
            default -> throw new IllegalArgumentException("unknown operation in step " + step);
        }
    }

    private Outgoing outgoing(final JsonObject step) {
        final Map<String, String> headers = new LinkedHashMap<>();
        step.object("headers").values().forEach((name, value) -> headers.put(name, names.fill(value)));
        final byte[] body = step.has("body") ? names.bytes(step.get("body")) : null;
        return new Outgoing(
            step.text("method"), path(names.fill(step.text("path"))), headers, body, step.flag("chunked"));
    }

    /** Paths below the base path of the profile go to the base path of the server, others go as they are. */
    private String path(final String path) {
        return path.startsWith(profileBase)
            ? server.endpoint().basePath() + path.substring(profileBase.length()) : path;
    }

    private void abort(final JsonObject step) throws IOException {
        final Connection connection = connection(step);
        connections.remove(names.fill(step.text("conn")));
        if ("rst".equals(step.text("mode"))) {
            connection.reset();
        } else {
            connection.close();
        }
    }

    private Connection connection(final JsonObject step) throws IOException {
        final String name = names.fill(step.text("conn"));
        Connection connection = connections.get(name);
        if (connection == null) {
            connection = dialer.open((int) step.number("rcvbuf", 0));
            connections.put(name, connection);
        }
        return connection;
    }
}
