package dev.rill.conform.server;

import dev.rill.conform.JsonObject;
import java.io.IOException;

/** The step {@code local} of a scenario. */
final class LocalSteps {
    private LocalSteps() {
    }

    static void perform(final LocalApi local, final JsonObject step, final Placeholders names) throws IOException {
        final String channel = names.fill(step.text("channel"));
        final String expected = step.text("expect", LocalApi.OK);
        switch (step.text("action")) {
            case "createChannel" -> result(local.createChannel(channel, step.text("contentType")), expected);
            case "write" -> result(local.write(channel, names.fill(step.text("text"))), expected);
            case "read" -> read(local.read(channel, step.number("seq")), step, expected, names);
            default -> throw new IllegalArgumentException("unknown local action in step " + step);
        }
    }

    private static void read(
        final LocalRead read, final JsonObject step, final String expected, final Placeholders names) {
        result(read.result(), expected);
        if (step.has("text")) {
            Expectations.equal("text of the segment", read.text(), names.fill(step.text("text")));
        }
        step.object("metadata").values().forEach((name, value) ->
            Expectations.equal("metadata " + name, read.metadata().get(name), names.fill(value)));
    }

    private static void result(final String actual, final String expected) {
        Expectations.equal("result of the local operation", actual, expected);
    }
}
