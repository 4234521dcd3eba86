package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rill.gpu.Bridge;
import dev.rill.it.MediaProbe.Picture;
import dev.rill.it.MediaProbe.Sound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole path through the command line, judged by FFmpeg: frames, pixels, times and sound of the result. */
class DemoEndToEndTest {
    /**
     * Two lossy codecs at 0.1 bit per pixel lie between the effect computed here and the one decoded from the
     * result.
     */
    private static final double TOLERANCE_LEVELS = 3.0;

    /** 20 ms in 90 kHz ticks. */
    private static final long SYNC_TICKS = 1_800;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "--in-process"})
    void shouldReturnEveryFrameOfTheTestPatternAtFullSpeed(final String carriage) throws IOException {
        final Path json = folder.resolve("demo.json");
        final Path out = folder.resolve("out.ts");

        final Cli result = rill(arguments(carriage, "demo", "--fast", "--seconds", "5", "--size", "512x512",
            "--model", "builtin:invert", "--json", json.toString(), "--out", out.toString()));

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesIn").asLong()).isEqualTo(150);
        assertThat(report.get("framesOut").asLong()).isEqualTo(150);
        assertThat(report.get("dropped")).isEmpty();
        assertThat(report.get("unaccounted").asLong()).isZero();
        assertThat(report.get("plannedFps").asDouble()).isEqualTo(30.0);
        assertThat(report.get("achievedFps").asDouble()).isPositive();
        assertThat(report.get("startupMs").asLong()).isPositive();
        assertThat(report.get("latencyMs").get("p99").asDouble()).isPositive();
        assertThat(report.get("stages").fieldNames()).toIterable()
            .contains("demux", "decode", "device", "encode", "publish", "total");
        assertThat(report.get("output").asText()).isEqualTo(out.toString());
        assertThat(result.out()).contains("frames in", "frames dropped", "end to end", "achieved rate");
        assertThat(MediaProbe.of(out).pictures).hasSize(150);
    }

    /** The CUDA path on a stand-in for its driver, where one could be built. */
    @ParameterizedTest
    @ValueSource(strings = {"auto", "simulator"})
    void shouldCarryTheEffectInEveryPictureAndKeepEveryTime(final String device) {
        final boolean isThere = "auto".equals(device)
            || Bridge.devices().stream().anyMatch(each -> each.name().equals(device) && each.usable());
        if (!isThere) {
            System.out.println("skipped: no simulator of the CUDA driver among " + Bridge.devices());
        }
        assumeTrue(isThere, "no simulator of the CUDA driver");
        final Path source = publishedPattern("identity", "--size", "320x240");
        final Path out = folder.resolve("out.ts");

        final Cli result = rill("demo", "--fast", "--input", source.toString(), "--effect", "invert",
            "--device", device, "--out", out.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertResult(MediaProbe.of(source), MediaProbe.of(out), Effects::invert);
    }

    @Test
    void shouldTraceEveryFrameWithAllItsStamps() throws IOException {
        final Path trace = folder.resolve("frames.csv");

        final Cli result = rill("demo", "--fast", "--seconds", "2", "--size", "160x120", "--in-process",
            "--trace", trace.toString(), "--out", folder.resolve("out.ts").toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final List<String> lines = Files.readAllLines(trace);
        assertThat(lines.get(0)).startsWith("sequence,pts,keyframe,parameterVersion,fate,arrival,")
            .endsWith(",published");
        assertThat(lines).hasSize(1 + 60);
        for (int frame = 0; frame < 60; frame++) {
            final String[] fields = lines.get(frame + 1).split(",", -1);
            assertThat(fields).hasSize(14);
            assertThat(fields[0]).isEqualTo(String.valueOf(frame));
            assertThat(fields[4]).isEqualTo("published");
            for (int stamp = 6; stamp < fields.length; stamp++) {
                assertThat(Long.parseLong(fields[stamp])).as(lines.get(frame + 1))
                    .isGreaterThanOrEqualTo(Long.parseLong(fields[stamp - 1]));
            }
        }
    }

    @Test
    void shouldApplyTheParametersOfTheCommandLine() {
        final Path source = publishedPattern("identity", "--size", "320x240");
        final Path out = folder.resolve("out.mp4");

        final Cli result = rill("demo", "--fast", "--input", source.toString(), "--effect", "tint", "--param", "u=60",
            "--param", "v=220", "--param", "strength=0.75", "--out", out.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertResult(MediaProbe.of(source), MediaProbe.of(out), picture -> Effects.tint(picture, 60, 220, 0.75));
    }

    @Test
    void shouldKeepThePaceOfTheSourceInRealTime() throws IOException {
        final Path json = folder.resolve("demo.json");
        final long startNs = System.nanoTime();

        final Cli result = rill("demo", "--realtime", "--seconds", "4", "--size", "192x128", "--fps", "25",
            "--json", json.toString(), "--out", folder.resolve("out.ts").toString());

        final long wallMs = (System.nanoTime() - startNs) / 1_000_000L;
        assertThat(result.exitCode()).as(result.toString()).isZero();
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesIn").asLong()).isEqualTo(100);
        assertThat(report.get("framesOut").asLong()).as(report.toPrettyString()).isEqualTo(100);
        assertThat(report.get("dropped")).isEmpty();
        assertThat(report.get("unaccounted").asLong()).isZero();
        // The last frame leaves 99 frames after the first; RealTimeTest looks at each of them.
        assertThat(wallMs).as("duration of the run in ms").isGreaterThanOrEqualTo(99 * 40 - 40);
        assertThat(report.get("plannedFps").asDouble()).isEqualTo(25.0);
    }

    /** A file made by the engine itself: H.264 and AAC in a transport stream. */
    private Path publishedPattern(final String effect, final String... options) {
        final Path file = folder.resolve("source-" + effect + ".ts");
        final List<String> arguments = new ArrayList<>(List.of(
            "demo", "--fast", "--seconds", "3", "--effect", effect, "--out", file.toString()));
        arguments.addAll(List.of(options));
        final Cli result = rill(arguments.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return file;
    }

    private static void assertResult(
        final MediaProbe in, final MediaProbe out, final UnaryOperator<Picture> effect) {
        final long offset = out.pictures.get(0).pts() - in.pictures.get(0).pts();
        assertThat(out.picturePts()).isEqualTo(in.picturePts().stream().map(pts -> pts + offset).toList());
        for (int i = 0; i < in.pictures.size(); i++) {
            assertThat(Effects.difference(effect.apply(in.pictures.get(i)), out.pictures.get(i)))
                .as("picture %d", i).isLessThan(TOLERANCE_LEVELS);
        }
        assertSound(in.sounds, out.sounds, offset, out.pictures.get(0).pts());
    }

    private static void assertSound(
        final List<Sound> in, final List<Sound> out, final long offset, final long firstPicture) {
        final List<Long> expected =
            in.stream().map(sound -> sound.pts() + offset).filter(pts -> pts >= firstPicture).toList();
        final List<Long> actual = out.stream().map(Sound::pts).filter(pts -> pts >= firstPicture).toList();
        assertThat(expected).isNotEmpty();
        assertThat(actual).as("audio from the first picture on").hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(Math.abs(actual.get(i) - expected.get(i))).as("audio frame %d", i)
                .isLessThanOrEqualTo(SYNC_TICKS);
        }
        assertThat(out.stream().skip(5).mapToDouble(Sound::rms).average().orElse(0)).as("level of the tone")
            .isGreaterThan(0.01);
    }

    private static String[] arguments(final String optional, final String... others) {
        final List<String> all = new ArrayList<>(List.of(others));
        if (!optional.isEmpty()) {
            all.add(optional);
        }
        return all.toArray(String[]::new);
    }
}
