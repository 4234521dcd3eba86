package dev.rill.conform.server;

import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import dev.rill.conform.Mismatch;
import dev.rill.conform.Printable;
import dev.rill.conform.wire.Connection;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The steps of a scenario that look at what a server sent. */
final class Expectations {
    private Expectations() {
    }

    static void response(
        final Connection connection, final JsonObject step, final Placeholders names, final long withinMs)
        throws IOException {
        connection.awaitFinalHead(withinMs);
        status(connection, step.get("status"));
        step.object("headers").values().forEach((name, rule) -> header(connection, name, rule, names));
        if (step.has("body")) {
            bytes(connection.awaitBody(withinMs), names.bytes(step.get("body")));
        } else if (step.has("bodyPrefix")) {
            final byte[] prefix = names.bytes(step.get("bodyPrefix"));
            bytes(connection.awaitBodyBytes(prefix.length, withinMs), prefix);
        }
    }

    static void body(
        final Connection connection, final JsonObject step, final Placeholders names, final long withinMs)
        throws IOException {
        final byte[] expected = names.bytes(step.get("text"));
        bytes(
            step.flag("complete")
                ? connection.awaitBody(withinMs) : connection.awaitBodyBytes(expected.length, withinMs),
            expected);
    }

    static void firstChunk(
        final Connection connection, final JsonObject step, final Placeholders names, final long withinMs)
        throws IOException {
        connection.awaitFinalHead(withinMs);
        status(connection, step.get("status"));
        bytes(connection.awaitFirstChunk(withinMs), names.bytes(step.get("text")));
    }

    static void interim(final Connection connection, final JsonObject step, final long withinMs) throws IOException {
        final long beginNs = System.nanoTime();
        connection.awaitInterim(withinMs);
        final long tookMs = (System.nanoTime() - beginNs) / 1_000_000;
        status(connection, step.get("status"));
        final long afterMs = step.number("afterMs", 0);
        if (tookMs < afterMs) {
            throw new Mismatch("time until the informational response", "at least " + afterMs + " ms", tookMs + " ms");
        }
    }

    static void equal(final String what, final String actual, final String expected) {
        if (!expected.equals(actual)) {
            throw new Mismatch(what, Printable.of(expected), Printable.of(actual));
        }
    }

    private static void status(final Connection connection, final Object allowed) {
        final long actual = connection.status();
        final boolean fits = allowed instanceof List<?> list ? list.contains(actual) : allowed.equals(actual);
        if (!fits) {
            throw new Mismatch("status", Json.write(allowed), String.valueOf(actual));
        }
    }

    /** Text = exactly this; null = absent; any = present; in = one of these; optional = absent or this. */
    private static void header(
        final Connection connection, final String name, final Object rule, final Placeholders names) {
        if (!connection.carries(name)) {
            return;
        }
        final String actual = connection.header(name);
        final boolean fits;
        if (rule == null) {
            fits = actual == null;
        } else if (rule instanceof String text) {
            fits = names.fill(text).equals(actual);
        } else {
            fits = fits(JsonObject.of(rule), actual, names);
        }
        if (!fits) {
            throw new Mismatch("header " + name, names.fill(Json.write(rule)), Printable.of(actual));
        }
    }

    private static boolean fits(final JsonObject rule, final String actual, final Placeholders names) {
        if (rule.has("any")) {
            return actual != null;
        }
        if (rule.has("in")) {
            return rule.texts("in").stream().map(names::fill).toList().contains(actual);
        }
        if (rule.has("optional")) {
            return actual == null || actual.equals(names.fill(rule.text("optional")));
        }
        throw new IllegalArgumentException("unknown rule for a header: " + rule);
    }

    private static void bytes(final byte[] actual, final byte[] expected) {
        final int differs = Arrays.mismatch(actual, expected);
        if (differs >= 0) {
            throw new Mismatch(
                "body, differs at byte " + differs, Printable.of(expected), Printable.of(actual));
        }
    }
}
