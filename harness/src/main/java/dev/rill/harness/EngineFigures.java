package dev.rill.harness;

import dev.rill.jobs.session.SessionEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The engine's own figures, taken from its last status event. What the event lacks, or has in another type, is empty.
 *
 * @param dropped  frames without output, by reason.
 * @param stagesMs latency per stage in milliseconds: stage to {@code p50}, {@code p99}, {@code max}, in order.
 * @param decoder  name of the decoder.
 * @param encoder  name of the encoder.
 * @param size     of the pictures, or {@value #NO_FRAMES} before the first.
 */
record EngineFigures(
    Map<String, Long> dropped, Map<String, Map<String, Double>> stagesMs, String decoder, String encoder,
    String size) {

    /** Stands for the size of the pictures while there are none. */
    static final String NO_FRAMES = "(no frames yet)";

    private static final double MICROS_PER_MILLI = 1_000.0;
    private static final String NO_SIZE = "0x0";

    static EngineFigures of(final SessionEvent status) {
        final Map<?, ?> statistics = status == null ? Map.of() : members(status.fields(), "statistics");
        final Map<String, Long> dropped = new LinkedHashMap<>();
        numbers(members(statistics, "dropped")).forEach((reason, count) -> dropped.put(reason, count.longValue()));
        final Map<String, Map<String, Double>> stagesMs = new LinkedHashMap<>();
        final Map<?, ?> latencies = members(statistics, "latency_us");
        latencies.keySet().forEach(stage -> stagesMs.put(String.valueOf(stage), millis(members(latencies, stage))));
        final String size = text(statistics, "size");
        return new EngineFigures(
            dropped, stagesMs, text(statistics, "decoder"), text(statistics, "encoder"),
            size.isEmpty() || NO_SIZE.equals(size) ? NO_FRAMES : size);
    }

    private static Map<String, Double> millis(final Map<?, ?> micros) {
        final Map<String, Double> millis = new LinkedHashMap<>();
        numbers(micros).forEach((name, value) -> millis.put(name, value.doubleValue() / MICROS_PER_MILLI));
        return millis;
    }

    private static Map<String, Number> numbers(final Map<?, ?> members) {
        final Map<String, Number> numbers = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value instanceof Number number) {
                numbers.put(String.valueOf(name), number);
            }
        });
        return numbers;
    }

    private static Map<?, ?> members(final Map<?, ?> document, final Object name) {
        return document.get(name) instanceof Map<?, ?> members ? members : Map.of();
    }

    private static String text(final Map<?, ?> document, final String name) {
        return document.get(name) instanceof String text ? text : "";
    }
}
