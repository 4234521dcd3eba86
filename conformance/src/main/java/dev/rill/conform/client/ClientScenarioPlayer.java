package dev.rill.conform.client;

import dev.rill.conform.Failure;
import dev.rill.conform.JsonObject;
import dev.rill.conform.Mismatch;
import dev.rill.conform.Scenario;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plays the scripted server of one scenario for one client. Not thread-safe. */
final class ClientScenarioPlayer implements AutoCloseable {
    private static final String CHANNEL = "ch";

    private final Scenario scenario;
    private final ScriptedServer server;
    private final EventLog events = new EventLog();
    private final Map<String, Inbound> requests = new HashMap<>();
    private final ClientUnderTest client;
    private String place = "";
    private JsonObject action = JsonObject.with();
    private long lastAnswerNs;

    /**
     * @param server closed with this, also after a failure.
     */
    ClientScenarioPlayer(final Scenario scenario, final ClientTarget target, final ScriptedServer server)
        throws IOException {
        this.scenario = scenario;
        this.server = server;
        try {
            final JsonObject body = scenario.body();
            client = target.start(
                new ClientTask(body.text("role"), server.baseUri(), CHANNEL, body.object("config")), events);
        } catch (final IOException e) {
            server.close();
            throw e;
        }
    }

    /** Null if everything came true. */
    Failure play() {
        try {
            final List<JsonObject> steps = scenario.steps();
            for (int i = 0; i < steps.size(); i++) {
                place = String.valueOf(i);
                action = steps.get(i);
                step(action);
            }
            place = "outcome";
            action = scenario.body().object("outcome");
            new Outcomes(server, events).check(action);
            return null;
        } catch (final Mismatch e) {
            return failure(e.what(), e.expected(), e.actual());
        } catch (final IOException e) {
            return failure("client", "to work", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    private Failure failure(final String what, final String expected, final String actual) {
        return new Failure(
            place, action.toString(), what, expected, actual, "requests " + server.requests() + ", " + events);
    }

    private void step(final JsonObject step) throws IOException {
        if (step.has("expect")) {
            requests.put(step.text("as"), expect(step.object("expect")));
        } else if (step.has("app")) {
            application(step);
        } else if (step.has("expectBody")) {
            expectBody(request(step), step);
        } else if (step.has("serve")) {
            serveEmptySegments(step.number("forMs"));
        } else {
            lastAnswerNs = System.nanoTime();
            answer(request(step), step);
        }
    }

    private Inbound request(final JsonObject step) {
        return requests.get(step.text("on"));
    }

    private Inbound expect(final JsonObject expected) {
        final Inbound request = server.take(
            expected.text("method"), expected.text("path").replace("{ch}", CHANNEL), events::isClientLost);
        expected.object("headers").values().forEach((name, rule) -> checkHeader(request, name, rule));
        final long tookMs = TimeUnit.NANOSECONDS.toMillis(request.arrivedNs() - lastAnswerNs);
        final long notBeforeMs = expected.number("notBeforeMs", 0);
        if (expected.has("notBeforeMs") && tookMs < notBeforeMs) {
            throw new Mismatch("time until " + request, "at least " + notBeforeMs + " ms", tookMs + " ms");
        }
        return request;
    }

    /** Text = exactly this; null = absent; an object = present. */
    private static void checkHeader(final Inbound request, final String name, final Object rule) {
        if (!request.carries(name)) {
            return;
        }
        final String actual = request.header(name);
        final boolean fits = rule instanceof Map<?, ?> ? actual != null : rule == null
            ? actual == null : rule.equals(actual);
        if (!fits) {
            throw new Mismatch("header " + name + " of " + request, String.valueOf(rule), String.valueOf(actual));
        }
    }

    private void application(final JsonObject step) throws IOException {
        switch (step.text("app")) {
            case "openSegment" -> client.openSegment();
            case "write" -> client.write(step.text("text"));
            case "closeSegment" -> client.closeSegment();
            default -> throw new IllegalArgumentException("unknown action in step " + step);
        }
    }

    private static void expectBody(final Inbound on, final JsonObject step) {
        final String text = step.text("expectBody");
        Patience.until("body of " + on, text, on::bodyText, () -> on.consume(text));
        if (step.flag("complete")) {
            Patience.until("body of " + on, "its end", () -> "open", on::isComplete);
        } else if (on.isComplete()) {
            throw new Mismatch("body of " + on, "to stay open", "its end");
        }
    }

    private static void answer(final Inbound on, final JsonObject step) {
        if (step.has("respond")) {
            final JsonObject answer = step.object("respond");
            on.respond(status(answer), headers(answer), answer.text("body", ""));
            if (step.flag("thenClose")) {
                on.finish();
                Patience.until("connection of " + on, "closed by the client", () -> "open", on::isGone);
            }
        } else if (step.has("respondInterim")) {
            for (long i = 0; i < step.number("times"); i++) {
                on.respondProvisional((int) step.number("respondInterim"));
            }
        } else if (step.has("respondHead")) {
            on.respondHead(status(step.object("respondHead")), headers(step.object("respondHead")));
        } else if (step.has("sendChunk")) {
            on.sendChunk(step.text("sendChunk"));
        } else if (step.has("endBody")) {
            on.endBody();
        } else if ("rst".equals(step.get("close"))) {
            on.reset();
        } else {
            throw new IllegalArgumentException("unknown step " + step);
        }
    }

    /** The time runs from the first request: a client may take longer than that to start. */
    private void serveEmptySegments(final long forMs) {
        server.responder(request -> request.respond(
            200, Map.of("Lp-Trickle-Seq", request.path().substring(request.path().lastIndexOf('/') + 1)), ""));
        Patience.until("requests", "at least 1", () -> "0", () -> server.requestCount() > 0 || events.isClientLost());
        Patience.pause(forMs);
    }

    private static int status(final JsonObject answer) {
        return (int) answer.number("status");
    }

    private static Map<String, String> headers(final JsonObject answer) {
        final Map<String, String> result = new HashMap<>();
        answer.object("headers").values().forEach((name, value) -> result.put(name, String.valueOf(value)));
        return result;
    }
}
