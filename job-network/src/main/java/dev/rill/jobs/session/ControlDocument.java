package dev.rill.jobs.session;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One document of the control channel: either the keepalive or new parameters. Live-session specification, section 9.
 */
public final class ControlDocument {
    /** Interval at which a gateway sends {@link #keepAlive()}, in nanoseconds. */
    public static final long KEEP_ALIVE_INTERVAL_NS = 10_000_000_000L;

    private static final int MAX_EXCERPT = 40;
    private static final Map<String, Object> KEEP_ALIVE = Map.of("keep", "alive");

    private ControlDocument() {
    }

    /** The keepalive, {@code {"keep":"alive"}}. */
    public static byte[] keepAlive() {
        return "{\"keep\":\"alive\"}".getBytes(StandardCharsets.UTF_8);
    }

    /** True when the whole document is the keepalive. */
    public static boolean isKeepAlive(final Map<String, Object> document) {
        return KEEP_ALIVE.equals(document);
    }

    /**
     * Reads parameters: every member must be a number.
     *
     * @param document parsed control document, or the {@code params} of a start request.
     * @return values by name.
     * @throws IllegalArgumentException naming the first member that is not a number.
     */
    public static Map<String, Double> parameters(final Map<String, Object> document) {
        final Map<String, Double> values = new LinkedHashMap<>();
        document.forEach((name, value) -> {
            if (!(value instanceof Number number)) {
                throw new IllegalArgumentException(
                    "parameter " + excerpt(name) + ": expected a number, got " + excerpt(value));
            }
            values.put(name, number.doubleValue());
        });
        return values;
    }

    static String excerpt(final Object value) {
        final String text = String.valueOf(value);
        return text.length() <= MAX_EXCERPT ? text : text.substring(0, MAX_EXCERPT) + "…";
    }
}
