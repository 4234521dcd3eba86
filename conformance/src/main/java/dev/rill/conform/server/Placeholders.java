package dev.rill.conform.server;

import dev.rill.conform.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * Fills the names into the texts of a scenario.
 *
 * @param channel  for <code>{ch}</code>.
 * @param variable for <code>{i}</code> and <code>{i+1}</code>.
 */
record Placeholders(String channel, long variable) {
    String fill(final Object text) {
        return String.valueOf(text)
            .replace("{ch}", channel)
            .replace("{i+1}", String.valueOf(variable + 1))
            .replace("{i}", String.valueOf(variable));
    }

    /** A text, or {@code {"repeat":TEXT,"times":N}}. */
    byte[] bytes(final Object value) {
        if (value instanceof String text) {
            return fill(text).getBytes(StandardCharsets.UTF_8);
        }
        final JsonObject rule = JsonObject.of(value);
        return fill(rule.text("repeat")).repeat((int) rule.number("times")).getBytes(StandardCharsets.UTF_8);
    }
}
