package dev.rill.harness;

import dev.rill.frame.batch.BatchResult;
import dev.rill.jobs.session.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a batch did.
 *
 * @param result  of the batch.
 * @param seconds how long it took.
 * @param output  where the result is.
 */
record BatchReport(BatchResult result, double seconds, Path output) {
    String toTable() {
        return "%-24s %,d%n".formatted("frames in", result.stats().framesIn())
            + "%-24s %,d%n".formatted("frames out", result.stats().framesOut())
            + "%-24s %,d%n".formatted("audio units out", result.stats().audioPacketsOut())
            + "%-24s %,d%n".formatted("warnings of the input", result.warnings())
            + "%-24s %.1f s, %.1f frames/s%n".formatted("took", seconds, fps())
            + "%-24s %s%n".formatted("output", output);
    }

    String toJson() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("framesIn", result.stats().framesIn());
        document.put("framesOut", result.stats().framesOut());
        document.put("audioUnitsOut", result.stats().audioPacketsOut());
        document.put("warnings", result.warnings());
        document.put("decoder", result.stats().decoder());
        document.put("encoder", result.stats().encoder());
        document.put("seconds", seconds);
        document.put("fps", fps());
        document.put("output", output.toString());
        return new String(Json.writeIndented(document), StandardCharsets.UTF_8) + "\n";
    }

    private double fps() {
        return seconds > 0 ? result.stats().framesOut() / seconds : 0;
    }
}
