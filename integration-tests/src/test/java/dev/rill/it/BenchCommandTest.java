package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rill bench}: that figures are there and fit together; how good they are is not for a test. */
class BenchCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldMeasureTheBridge() throws IOException {
        final Path json = folder.resolve("bridge.json");

        final Cli result = rill("bench", "bridge", "--device", "java", "--size", "64x64", "--format", "nv12",
            "--seconds", "0.05", "--deadline", "50", "--effect", "tint", "--json", json.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.get("device").asText()).isEqualTo("java");
        assertThat(figures.get("bytes").asInt()).isGreaterThanOrEqualTo(64 * 64 * 3 / 2);
        for (final String time : new String[] {"copy", "identity", "handedOn"}) {
            assertThat(figures.get(time).get("count").asInt()).as(time).isPositive();
            assertThat(figures.get(time).get("p50Us").asDouble()).as(time).isPositive()
                .isLessThanOrEqualTo(figures.get(time).get("p99Us").asDouble());
        }
        assertThat(figures.get("framesPerSecond").asDouble()).isPositive();
        assertThat(figures.get("sessions").asInt()).isBetween(0, 512);
        assertThat(result.out()).contains("copy of a frame", "times the copy", "sessions");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bench | expected what to measure", "bench bridge --seconds 0 | --seconds", "bench bridge --size 3x3 | --size",
        "bench bridge --deadline -1 | --deadline", "bench bridge --format rgb | [I420, NV12]",
        "bench bridge --device tpu | --device"})
    void shouldRefuseWrongUsageInOneLine(final String command, final String expected) {
        final Cli result = rill(command.split(" "));

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.complaint()).contains(expected);
    }
}
