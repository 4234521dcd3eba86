package dev.rill.harness;

import dev.rill.jobs.session.SessionEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The engine's own figures, taken from its last status event.
 *
 * @param dropped frames without output, by reason.
 * @param stages  latency per stage in microseconds.
 * @param decoder name of the decoder.
 * @param encoder name of the encoder.
 * @param size    of the pictures.
 */
record EngineFigures(
    Map<String, Long> dropped, Map<String, Map<String, Double>> stages, String decoder, String encoder, String size) {

    static EngineFigures of(final SessionEvent status) {
        final Map<?, ?> statistics =
            status != null && status.fields().get("statistics") instanceof Map<?, ?> members ? members : Map.of();
        final Map<String, Long> dropped = new LinkedHashMap<>();
        members(statistics, "dropped").forEach((reason, count) -> dropped.put(reason, ((Number) count).longValue()));
        final Map<String, Map<String, Double>> stages = new LinkedHashMap<>();
        members(statistics, "latency_us").forEach((stage, latency) -> stages.put(stage, percentiles(latency)));
        return new EngineFigures(
            dropped, stages, text(statistics, "decoder"), text(statistics, "encoder"), text(statistics, "size"));
    }

    private static Map<String, Double> percentiles(final Object latency) {
        final Map<String, Double> percentiles = new LinkedHashMap<>();
        ((Map<?, ?>) latency).forEach((name, value) -> percentiles.put((String) name, ((Number) value).doubleValue()));
        return percentiles;
    }

    @SuppressWarnings("unchecked") // A JSON object has string keys.
    private static Map<String, Object> members(final Map<?, ?> document, final String name) {
        return document.get(name) instanceof Map<?, ?> members ? (Map<String, Object>) members : Map.of();
    }

    private static String text(final Map<?, ?> document, final String name) {
        return document.get(name) instanceof String text ? text : "";
    }
}
