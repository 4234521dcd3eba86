package dev.rill.harness;

import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.session.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a demo run cost, as a table for people and as JSON for programs.
 *
 * @param setup      effective set-up, label to text, in order.
 * @param gateway    what the gateway counted.
 * @param dropped    frames without output by reason, as the engine counted them.
 * @param stagesMs   latency per stage in milliseconds: stage to {@code p50}, {@code p99}, {@code max}, in order.
 * @param plannedFps frame rate of the source.
 * @param startupMs  from the start of the run to the first output frame; -1 if there was none.
 * @param output     where the result is.
 */
record DemoReport(
    Map<String, String> setup, GatewayReport gateway, Map<String, Long> dropped,
    Map<String, Map<String, Double>> stagesMs, double plannedFps, long startupMs, String output) {

    /** Frames that left and neither came back nor were counted as dropped: 0 in a sound run. */
    long unaccounted() {
        return gateway.framesIn() - gateway.framesOut() - droppedFrames();
    }

    long droppedFrames() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Why the run is not a success, in one line, or null when it is one.
     *
     * @param lossless whether no frame at all may be missing.
     */
    String complaint(final boolean lossless) {
        if (gateway.failure() != null) {
            return gateway.failure();
        }
        if (gateway.framesOut() == 0) {
            return "no frame came back";
        }
        if (gateway.unmatched() > 0) {
            return gateway.unmatched() + " frames came back that had not been sent";
        }
        if (lossless && gateway.framesOut() < gateway.framesIn()) {
            return "%d of %d frames were lost".formatted(
                gateway.framesIn() - gateway.framesOut(), gateway.framesIn());
        }
        if (lossless && unaccounted() != 0) {
            return "frames unaccounted for: %d (%d in, %d out, %d dropped)".formatted(
                unaccounted(), gateway.framesIn(), gateway.framesOut(), droppedFrames());
        }
        return null;
    }

    /**
     * As JSON, indented, with a newline at the end. All latencies, {@code latencyMs} and each member of {@code stages},
     * are in milliseconds.
     */
    String toJson() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("setup", setup);
        document.put("framesIn", gateway.framesIn());
        document.put("framesOut", gateway.framesOut());
        document.put("dropped", new TreeMap<>(dropped));
        document.put("unaccounted", unaccounted());
        document.put("unmatched", gateway.unmatched());
        document.put("plannedFps", plannedFps);
        document.put("achievedFps", gateway.returnedFps());
        document.put("startupMs", startupMs);
        document.put("latencyMs", latencyMs(gateway.latencyUs()));
        document.put("stages", stagesMs);
        document.put("bytesPublished", gateway.bytesPublished());
        document.put("bytesReturned", gateway.bytesReturned());
        document.put("segmentsPublished", gateway.segmentsPublished());
        document.put("segmentsReturned", gateway.segmentsReturned());
        document.put("segmentsMissed", gateway.segmentsMissed());
        document.put("output", output);
        document.put("failure", gateway.failure());
        return new String(Json.writeIndented(document), StandardCharsets.UTF_8) + "\n";
    }

    /** As a table. */
    String toTable() {
        final Table table = new Table();
        table.row("frames in", gateway.framesIn());
        table.row("frames out", gateway.framesOut());
        table.row("frames dropped", droppedFrames());
        new TreeMap<>(dropped).forEach((reason, count) -> table.row("  " + reason, count));
        table.row("frames unaccounted for", unaccountedText());
        table.row("planned rate", "%.2f fps".formatted(plannedFps));
        table.row("achieved rate", "%.2f fps (%.3f of planned)".formatted(
            gateway.returnedFps(), plannedFps > 0 ? gateway.returnedFps() / plannedFps : 0));
        table.row("first output frame after", startupMs < 0 ? "never" : startupMs + " ms");
        table.row("published", volume(gateway.bytesPublished(), gateway.segmentsPublished()));
        table.row("returned", volume(gateway.bytesReturned(), gateway.segmentsReturned()));
        table.row("segments missed", gateway.segmentsMissed());
        table.row("codecs", setup.getOrDefault("codecs", EngineFigures.NO_FRAMES));
        table.row("output", output);
        table.line("");
        table.line("%-24s %10s %10s %10s".formatted("latency, ms", "p50", "p99", "max"));
        stagesMs.forEach((stage, percentiles) -> table.latency("  " + stage, percentiles));
        table.latency("end to end", latencyMs(gateway.latencyUs()));
        return table.toString();
    }

    private Object unaccountedText() {
        return unaccounted() == 0
            ? 0L : "%,d: neither came back nor were counted as dropped".formatted(unaccounted());
    }

    private static String volume(final long bytes, final long segments) {
        return "%,d bytes in %d segments".formatted(bytes, segments);
    }

    private static Map<String, Double> latencyMs(final Histogram latencyUs) {
        final Map<String, Double> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", latencyUs.getValueAtPercentile(50) / 1_000.0);
        percentiles.put("p99", latencyUs.getValueAtPercentile(99) / 1_000.0);
        percentiles.put("max", latencyUs.getMaxValue() / 1_000.0);
        return percentiles;
    }

    private static final class Table {
        private final StringBuilder text = new StringBuilder();

        void row(final String label, final Object value) {
            line("%-24s %s".formatted(label, value instanceof Number number ? "%,d".formatted(number) : value));
        }

        void latency(final String label, final Map<String, Double> percentiles) {
            line("%-24s %10.2f %10.2f %10.2f".formatted(
                label, percentiles.getOrDefault("p50", 0.0), percentiles.getOrDefault("p99", 0.0),
                percentiles.getOrDefault("max", 0.0)));
        }

        void line(final String line) {
            text.append(line.stripTrailing()).append('\n');
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
