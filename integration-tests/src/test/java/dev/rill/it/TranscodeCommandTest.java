package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rill transcode}, judged by FFmpeg. */
class TranscodeCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldMakeRenditionsWithEveryFrameOfAFileWithBFramesAndItsSound() throws IOException, URISyntaxException {
        final Path input = Path.of(TranscodeCommandTest.class.getResource("/media/h264-bframes-aac.mp4").toURI());
        final int frames = MediaProbe.of(input).pictures.size();
        final Path json = folder.resolve("report.json");

        final Cli result = rill("transcode", input.toString(), "--profile", "name=small,width=160",
            "--profile", "name=tiny,height=64,bitrate=150k,profile=baseline",
            "--out", folder.resolve("out-{name}.mp4").toString(), "--json", json.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        for (final String name : List.of("small", "tiny")) {
            final MediaProbe probe = MediaProbe.of(folder.resolve("out-" + name + ".mp4"));
            assertThat(probe.pictures).as("pictures of %s", name).hasSize(frames);
            assertThat(probe.sounds).as("sound of %s", name).isNotEmpty();
        }
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesDecoded").asInt()).isEqualTo(frames);
        assertThat(report.get("renditions")).hasSize(2);
        assertThat(report.get("renditions").get(0).get("framesOut").asInt()).isEqualTo(frames);
        assertThat(result.out()).contains("small", "tiny", "frames decoded");
    }

    @Test
    void shouldWriteOneFilePerSegment() throws IOException {
        final Cli result = rill("transcode", "test", "--size", "192x128", "--seconds", "5",
            "--profile", "name=a,gop=1s,fps=15", "--out", folder.resolve("renditions").toString(), "--segments");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("renditions").resolve("a"))) {
            final List<Path> segments = files.sorted().toList();
            assertThat(segments).hasSize(5);
            for (final Path segment : segments) {
                assertThat(MediaProbe.of(segment).pictures).as(segment.toString()).hasSize(15);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--profile 999p --out o | expected 240p, 360p, 480p, 720p, 1080p",
        "--profile 240p,fps=x --out o | fps",
        "--profile 240p --profile 240p --out o | a name that no other one has",
        "--profile 240p --profile 360p --out one.mp4 | a folder, or {name} in the file name",
        "--out o | --profile"})
    void shouldRefuseWrongUsageInOneLine(final String options, final String expected) {
        final Cli result = rill(Stream.concat(Stream.of("transcode", "test"), Stream.of(options.split(" ")))
            .toArray(String[]::new));

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.complaint()).contains(expected);
    }

    @Test
    void shouldNotDestroyItsInput() throws IOException {
        final Path file = Files.writeString(folder.resolve("a.ts"), "not media");

        final Cli result = rill("transcode", file.toString(), "--profile", "name=a,width=64", "--out",
            folder.toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo("not media");
    }

    @Test
    void shouldNameAContainerThatItCannotWrite() {
        final Cli result = rill("transcode", "test", "--size", "64x64", "--seconds", "1", "--profile",
            "name=a,width=64", "--out", folder.resolve("x.avi").toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.complaint()).contains("x.avi", ".ts, .mp4, .mov or .mkv");
    }
}
