package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.session.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class DemoReportTest {
    private static final Map<String, Map<String, Double>> STAGES_MS =
        Map.of("decode", Map.of("p50", 1.25, "p99", 2.5, "max", 1_234.5));

    @Test
    void shouldShowEveryFigureInTheTable() {
        final List<String> lines =
            report(1_000, 990, 0, Map.of("overrun", 7L, "damaged", 3L)).toTable().lines().toList();

        assertThat(lines).contains(
            "frames in                1,000",
            "frames out               990",
            "frames dropped           10",
            "  damaged                3",
            "  overrun                7",
            "frames unaccounted for   0",
            "planned rate             30.00 fps",
            "achieved rate            29.70 fps (0.990 of planned)",
            "first output frame after 123 ms",
            "published                5,000,000 bytes in 17 segments",
            "returned                 4,000,000 bytes in 16 segments",
            "segments missed          2",
            "codecs                   h264 → libx264, 320x240",
            "output                   out.ts");
    }

    @Test
    void shouldShowLatenciesInMilliseconds() {
        assertThat(report(100, 100, 0, Map.of()).toTable().lines().toList()).contains(
            "latency, ms                     p50        p99        max",
            "  decode                       1.25       2.50    1234.50");
        assertThat(report(100, 100, 0, Map.of()).toTable().lines().filter(line -> line.startsWith("end to end")))
            .singleElement().asString().matches("end to end +20\\.0\\d +40\\.0\\d +40\\.0\\d");
    }

    @Test
    void shouldSayWhatUnaccountedForMeans() {
        assertThat(report(1_000, 990, 0, Map.of("overrun", 7L)).toTable())
            .contains("frames unaccounted for   3: neither came back nor were counted as dropped\n");
    }

    @Test
    void shouldDoWithoutFrames() {
        final DemoReport report = new DemoReport(
            Map.of(), gateway(0, 0, 0, "the peer is gone", new Histogram(3)), Map.of(), Map.of(), 30, -1, "out.ts");

        assertThat(report.toTable()).contains("first output frame after never\n").contains("(no frames yet)")
            .doesNotContain("0x0").doesNotContain("NaN");
        assertThat(json(report)).containsEntry("startupMs", -1).containsEntry("failure", "the peer is gone");
    }

    @Test
    void shouldWriteEveryMemberOfTheJsonDocument() {
        final Map<String, Object> document = json(report(1_000, 990, 1, Map.of("overrun", 7L)));

        assertThat(document).containsEntry("framesIn", 1_000).containsEntry("framesOut", 990)
            .containsEntry("dropped", Map.of("overrun", 7)).containsEntry("unaccounted", 3)
            .containsEntry("unmatched", 1).containsEntry("plannedFps", 30.0).containsEntry("achievedFps", 29.7)
            .containsEntry("startupMs", 123).containsEntry("bytesPublished", 5_000_000)
            .containsEntry("bytesReturned", 4_000_000).containsEntry("segmentsPublished", 17)
            .containsEntry("segmentsReturned", 16).containsEntry("segmentsMissed", 2)
            .containsEntry("output", "out.ts").containsEntry("failure", null)
            .containsEntry("setup", Map.of("codecs", "h264 → libx264, 320x240"));
    }

    @Test
    void shouldWriteAllLatenciesInMilliseconds() {
        final Map<String, Object> document = json(report(100, 100, 0, Map.of()));

        assertThat(document).containsEntry("stages", STAGES_MS);
        assertThat(document.get("latencyMs")).asInstanceOf(InstanceOfAssertFactories.MAP)
            .containsOnlyKeys("p50", "p99", "max");
        final Map<?, ?> latency = (Map<?, ?>) document.get("latencyMs");
        assertThat((double) latency.get("p50")).isCloseTo(20, within(0.1));
        assertThat((double) latency.get("max")).isCloseTo(40, within(0.1));
    }

    @Test
    void shouldHaveNothingToComplainAboutInASoundRun() {
        assertThat(report(100, 100, 0, Map.of()).complaint(true)).isNull();
        assertThat(report(100, 90, 0, Map.of("overrun", 10L)).complaint(false)).as("live drops").isNull();
        assertThat(report(100, 90, 0, Map.of()).complaint(false)).as("shown in the table").isNull();
    }

    @Test
    void shouldComplainInOneLine() {
        assertThat(failed("the peer is gone").complaint(false)).isEqualTo("the peer is gone");
        assertThat(report(100, 0, 0, Map.of()).complaint(false)).isEqualTo("no frame came back");
        assertThat(report(100, 100, 3, Map.of()).complaint(false))
            .isEqualTo("3 frames came back that had not been sent");
        assertThat(report(100, 90, 0, Map.of("overrun", 10L)).complaint(true)).isEqualTo("10 of 100 frames were lost");
    }

    @Test
    void shouldComplainWhenTheBooksOfALosslessRunDoNotBalance() {
        assertThat(report(100, 100, 0, Map.of("overrun", 2L)).complaint(true))
            .isEqualTo("frames unaccounted for: -2 (100 in, 100 out, 2 dropped)");
    }

    private static DemoReport failed(final String failure) {
        return new DemoReport(
            Map.of(), gateway(100, 50, 0, failure, new Histogram(3)), Map.of(), Map.of(), 30, 1, "out.ts");
    }

    private static DemoReport report(
        final long in, final long out, final long unmatched, final Map<String, Long> dropped) {
        final Histogram latencyUs = new Histogram(3);
        latencyUs.recordValueWithCount(20_000, 90);
        latencyUs.recordValueWithCount(40_000, 10);
        return new DemoReport(
            new LinkedHashMap<>(Map.of("codecs", "h264 → libx264, 320x240")),
            gateway(in, out, unmatched, null, latencyUs), dropped, STAGES_MS, 30, 123, "out.ts");
    }

    private static Map<String, Object> json(final DemoReport report) {
        final String text = report.toJson();
        assertThat(text).endsWith("}\n");
        return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static GatewayReport gateway(
        final long in, final long out, final long unmatched, final String failure, final Histogram latencyUs) {
        return new GatewayReport(
            in, out, unmatched, latencyUs, 5, out * 0.03, 5_000_000, 4_000_000, 17, 16, 2, 0, 0, 0, 0, failure);
    }
}
