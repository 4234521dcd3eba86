package dev.rill.conform.client;

import dev.rill.conform.JsonObject;
import dev.rill.conform.Mismatch;

/** What must have become of a client at the end of its scenario. */
final class Outcomes {
    private static final long SETTLE_MS = 300;
    /** Fewer requests than this in a second, and the client does not follow the channel at all. */
    private static final int MIN_REQUESTS = 2;

    private final ScriptedServer server;
    private final EventLog events;

    Outcomes(final ScriptedServer server, final EventLog events) {
        this.server = server;
        this.events = events;
    }

    void check(final JsonObject outcome) {
        outcome.values().keySet().forEach(name -> check(name, outcome));
    }

    private void check(final String name, final JsonObject outcome) {
        switch (name) {
            case "segment" -> segment(outcome.text(name), outcome);
            case "seq" -> events.await("opened", JsonObject.with("seq", outcome.number(name)));
            case "error" -> events.await("error", JsonObject.with("reason", outcome.text(name)));
            case "terminal" -> terminal(outcome.flag(name));
            case "noFurtherRequests" -> noFurtherRequests();
            case "segments" -> outcome.objects(name).forEach(each -> events.await("segment", each));
            case "gapReported" -> gap(outcome);
            case "end" -> events.await("end", JsonObject.with("reason", outcome.text(name)));
            case "maxRequests" -> requests(outcome.number(name));
            default -> throw new IllegalArgumentException("unknown outcome " + name);
        }
    }

    private void segment(final String expected, final JsonObject outcome) {
        final JsonObject which = JsonObject.with("seq", outcome.number("seq", 0));
        if ("ok".equals(expected)) {
            events.await("stored", which);
            events.assertNone("error");
        } else {
            events.await("failed", which);
        }
    }

    private void terminal(final boolean expected) {
        if (expected) {
            events.await("error", JsonObject.with());
        } else {
            events.assertNone("error");
        }
    }

    private void gap(final JsonObject outcome) {
        if (outcome.get("gapReported") == null) {
            events.assertNone("gap");
        } else {
            events.await("gap", outcome.object("gapReported"));
        }
    }

    private void noFurtherRequests() {
        final int before = server.requestCount();
        Patience.pause(SETTLE_MS);
        if (server.requestCount() != before) {
            throw new Mismatch("requests", "no further ones", server.requests().toString());
        }
    }

    private void requests(final long most) {
        final int count = server.requestCount();
        if (count < MIN_REQUESTS || count > most) {
            throw new Mismatch("number of requests", MIN_REQUESTS + " to " + most, String.valueOf(count));
        }
    }
}
