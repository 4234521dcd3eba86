package dev.rill.harness;

import dev.rill.frame.transcode.RenditionStats;
import dev.rill.jobs.session.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a transcoding did.
 *
 * @param framesDecoded pictures of the source.
 * @param unitsLost     video units without a picture.
 * @param seconds       how long it took.
 * @param renditions    figures of each.
 * @param targets       where they are.
 */
record TranscodeReport(
    long framesDecoded, long unitsLost, double seconds, List<RenditionStats> renditions,
    RenditionTargets targets) {

    String toTable() {
        final StringBuilder text = new StringBuilder();
        text.append("%-24s %,d%n".formatted("frames decoded", framesDecoded));
        text.append("%-24s %,d%n".formatted("units without picture", unitsLost));
        text.append("%-24s %.1f s, %.1f frames/s%n%n".formatted("took", seconds, fps()));
        text.append("%-12s %10s %10s %10s %10s %10s %10s  %s%n".formatted(
            "rendition", "size", "frames", "left out", "late", "failed", "segments", "output"));
        for (final RenditionStats rendition : renditions) {
            text.append("%-12s %10s %,10d %,10d %,10d %,10d %,10d  %s%n".formatted(rendition.name(),
                rendition.width() + "x" + rendition.height(), rendition.framesOut(), rendition.framesThinned(),
                rendition.framesLate(), rendition.framesFailed(), rendition.segments(),
                targets.target(rendition.name())));
        }
        return text.toString();
    }

    String toJson() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("framesDecoded", framesDecoded);
        document.put("unitsLost", unitsLost);
        document.put("seconds", seconds);
        document.put("fps", fps());
        document.put("renditions", renditions.stream().map(this::fields).toList());
        return new String(Json.writeIndented(document), StandardCharsets.UTF_8) + "\n";
    }

    private Map<String, Object> fields(final RenditionStats rendition) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", rendition.name());
        fields.put("width", rendition.width());
        fields.put("height", rendition.height());
        fields.put("framesIn", rendition.framesIn());
        fields.put("framesOut", rendition.framesOut());
        fields.put("framesThinned", rendition.framesThinned());
        fields.put("framesLate", rendition.framesLate());
        fields.put("framesFailed", rendition.framesFailed());
        fields.put("framesScaled", rendition.framesScaled());
        fields.put("audioUnits", rendition.audioUnits());
        fields.put("audioFailed", rendition.audioFailed());
        fields.put("segments", rendition.segments());
        fields.put("encoder", rendition.encoder());
        fields.put("output", targets.target(rendition.name()));
        fields.put("failure", rendition.failure());
        return fields;
    }

    private double fps() {
        return seconds > 0 ? framesDecoded / seconds : 0;
    }
}
