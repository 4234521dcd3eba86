package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rill.testing.NumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in Python files in the whole path. */
class WorkerDemoTest {
    private static final String NEGATIVE = "worker:" + Path.of("..", "examples", "negative.py");
    private static final int FRAMES_PER_SECOND = 30;
    /** Each process leaves its number in a file; the first is killed in the middle of a frame. */
    private static final String KILLED = """


        import os
        import signal

        unkilled = process
        folder = '%s'


        def process(frame, params):
            if frame.ticket >= 30:
                is_first = not os.listdir(folder)
                open(os.path.join(folder, str(os.getpid())), 'w').close()
                if is_first:
                    os.kill(os.getpid(), signal.SIGKILL)
            unkilled(frame, params)
        """;

    @TempDir
    private Path folder;

    @BeforeEach
    void needNativeLibrary() {
        NativeLibrary.assumePresent();
    }

    @Test
    void shouldReturnThePicturesThatTheBuiltInModelReturns() throws IOException {
        final Path builtIn = demo("built-in", "--effect", "invert");
        final Path worker = demo("worker", "--model", NEGATIVE, "--python", NumPy.interpreter());

        final MediaProbe expected = MediaProbe.of(builtIn);
        final MediaProbe actual = MediaProbe.of(worker);
        assertThat(actual.pictures).hasSameSizeAs(expected.pictures).hasSize(2 * FRAMES_PER_SECOND);
        for (int i = 0; i < expected.pictures.size(); i++) {
            assertThat(Effects.difference(expected.pictures.get(i), actual.pictures.get(i)))
                .as("levels by which picture %d differs", i).isZero();
        }
    }

    @Test
    void shouldSurviveTheKillingOfTheProcessOnLiveVideoWithOneShortGap() throws IOException {
        final Path pids = Files.createDirectory(folder.resolve("pids"));
        final Path script = folder.resolve("killed.py");
        Files.writeString(script, Files.readString(Path.of("..", "examples", "negative.py")) + KILLED.formatted(pids));
        final Path json = folder.resolve("demo.json");
        final Cli result = rill("demo", "--seconds", "6", "--size", "512x512", "--model", "worker:" + script,
            "--python", NumPy.interpreter(), "--json", json.toString(), "--out", folder.resolve("out.ts").toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(pids.toFile().list()).as("processes that worked on frames").hasSize(2);
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesIn").asInt()).as(result.toString()).isEqualTo(6 * FRAMES_PER_SECOND);
        assertThat(report.get("unaccounted").asInt()).as(result.toString()).isZero();
        assertThat(report.get("framesOut").asInt()).as(result.toString())
            .isLessThan(6 * FRAMES_PER_SECOND).isGreaterThan(4 * FRAMES_PER_SECOND);
    }

    private Path demo(final String name, final String... model) throws IOException {
        final Path out = folder.resolve(name + ".ts");
        final Path json = folder.resolve(name + ".json");
        final String[] arguments = Stream.concat(
            Stream.of("demo", "--fast", "--seconds", "2", "--size", "512x512", "--json",
                json.toString(), "--out", out.toString()),
            Arrays.stream(model)).toArray(String[]::new);
        final Cli result = rill(arguments);
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return out;
    }
}
