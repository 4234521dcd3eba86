package dev.rill.conform;

import java.util.List;
import java.util.Locale;

/**
 * One executable scenario.
 *
 * @param id    for instance {@code V-027}; those of clients begin with {@code C-}.
 * @param title what happens, in one line.
 * @param tests numbers of the conformance checklist that it covers.
 * @param type  what it asks and of whom.
 * @param body  the whole definition.
 */
public record Scenario(String id, String title, List<String> tests, ScenarioClass type, JsonObject body) {
    /** Takes a definition, in the format of {@code trickle-vectors.json}. */
    public static Scenario of(final JsonObject body) {
        final ScenarioClass type = body.has("class")
            ? ScenarioClass.valueOf(body.text("class").toUpperCase(Locale.ROOT)) : ScenarioClass.CLIENT;
        return new Scenario(body.text("id"), body.text("title"), List.copyOf(body.texts("tests")), type, body);
    }

    /** Name of the {@link Profile} that a server needs for it; empty for scenarios of clients. */
    public String profile() {
        return body.text("server", "");
    }

    /** True if it runs longer than ten seconds. */
    public boolean isSlow() {
        return body.flag("slow");
    }

    /** What it does, step by step. */
    public List<JsonObject> steps() {
        return body.objects(type == ScenarioClass.CLIENT ? "script" : "steps");
    }

    @Override
    public String toString() {
        return String.join(" ", id, type.label(), String.join(" ", tests), title);
    }
}
