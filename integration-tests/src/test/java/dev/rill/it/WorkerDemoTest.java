package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rill.testing.Await;
import dev.rill.testing.NumPy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in Python files in the whole path. */
class WorkerDemoTest {
    private static final String NEGATIVE = "worker:" + Path.of("..", "examples", "negative.py");
    private static final int FRAMES_PER_SECOND = 30;
    private static final String MARKING = """


        import os

        unmarked = process


        def process(frame, params):
            if frame.ticket >= 30:
                os.makedirs('%s/' + str(os.getpid()), exist_ok=True)
            unmarked(frame, params)
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
        final Path json = folder.resolve("demo.json");
        final Path script = folder.resolve("marked.py");
        final String negative = Files.readString(Path.of("..", "examples", "negative.py"));
        Files.writeString(script, negative + MARKING.formatted(folder));
        final String python = NumPy.interpreter();
        final CompletableFuture<Cli> demo = CompletableFuture.supplyAsync(() -> rill("demo", "--seconds", "6", "--size",
            "512x512", "--model", "worker:" + script, "--python", python, "--json", json.toString(),
            "--out", folder.resolve("out.ts").toString()));
        Await.until(15_000, () -> "no worker in " + folder, () -> demo.isDone() || !pids().isEmpty());
        assertThat(pids()).as(() -> "process that marked its place, " + demo.join()).hasSize(1);
        ProcessHandle.of(pids().get(0)).orElseThrow().destroyForcibly();
        final Cli result = demo.join();

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesIn").asInt()).as(result.toString()).isEqualTo(6 * FRAMES_PER_SECOND);
        assertThat(report.get("unaccounted").asInt()).as(result.toString()).isZero();
        assertThat(report.get("framesOut").asInt()).as(result.toString())
            .isLessThan(6 * FRAMES_PER_SECOND).isGreaterThan(5 * FRAMES_PER_SECOND);
        assertThat(pids()).as("processes that worked on frames").hasSize(2);
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

    private List<Long> pids() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.matches("\\d+"))
                .map(Long::valueOf).toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
