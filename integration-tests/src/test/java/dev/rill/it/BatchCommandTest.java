package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rill batch}, judged by FFmpeg and by the image reader of the JDK. */
class BatchCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTakeEveryFrameOfAFileWithBFramesThroughAnEffectWithItsSound() throws IOException, URISyntaxException {
        final Path input = Path.of(BatchCommandTest.class.getResource("/media/h264-bframes-aac.mp4").toURI());
        final MediaProbe before = MediaProbe.of(input);
        final Path out = folder.resolve("out.mp4");
        final Path json = folder.resolve("report.json");

        final Cli result =
            rill("batch", input.toString(), "--effect", "edge", "--out", out.toString(), "--json", json.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final MediaProbe after = MediaProbe.of(out);
        assertThat(after.pictures).hasSameSizeAs(before.pictures);
        // The unit that primes the decoder, which the edit list of the input hides, is passed on as well.
        assertThat(after.sounds).hasSize(before.sounds.size() + 1);
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesIn").asInt()).isEqualTo(before.pictures.size());
        assertThat(report.get("framesOut").asInt()).isEqualTo(before.pictures.size());
        assertThat(report.get("audioUnitsOut").asInt()).isEqualTo(after.sounds.size());
        assertThat(result.out()).contains("frames out", "out.mp4");
    }

    @Test
    void shouldTakeAPictureThroughAnEffect() throws IOException {
        final Path input = folder.resolve("black.png");
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "png", input.toFile());
        final Path out = folder.resolve("out.jpg");

        final Cli result = rill("batch", input.toString(), "--effect", "invert", "--out", out.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(ImageIO.read(out.toFile()).getRGB(32, 24) & 0xFF).as("blue of inverted black").isGreaterThan(248);
    }

    @ParameterizedTest
    @CsvSource({"out.opus, --gain, 0.5", "out.ogg, --gain, 1", "out.m4a, --audio-codec, aac"})
    void shouldTakeSoundAloneThroughAGain(final String name, final String option, final String value)
        throws IOException {
        final Path input = folder.resolve("noise.wav");
        final byte[] noise = new byte[2 * 2 * 44_100];
        new Random(7).nextBytes(noise);
        AudioSystem.write(new AudioInputStream(new ByteArrayInputStream(noise),
            new AudioFormat(44_100, 16, 1, true, false), 2 * 44_100), AudioFileFormat.Type.WAVE, input.toFile());
        final Path out = folder.resolve(name);

        final Cli result = rill("batch", input.toString(), option, value, "--out", out.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final MediaProbe after = MediaProbe.of(out);
        assertThat(after.pictures).isEmpty();
        final double seconds = after.sounds.size() * (name.endsWith("m4a") ? 1024 : 960) / 48_000.0;
        assertThat(seconds).isBetween(2.0, 2.1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--effect glow --out o.mp4 | --effect",
        "--param v=x --out o.mp4 | --param",
        "--effect edge --param blur=1 --out o.mp4 | --param: ",
        "--device tpu --out o.mp4 | auto, cpu, java, cuda",
        "--quality 0 --out o.jpg | 1 to 100",
        "--gain -1 --out o.m4a | --gain -1.0: expected 0 to 100",
        "--audio-codec mp3 --out o.m4a | [AAC, OPUS]",
        "--out o.mp4 --json in.mp4 | another file than INPUT and --out",
        "--out o.mp4 --json o.mp4 | another file than INPUT and --out",
        "--effect tint | --out"})
    void shouldRefuseWrongUsageInOneLine(final String options, final String expected) {
        final Cli result = rill(Stream.concat(Stream.of("batch", "in.mp4"), Stream.of(options.split(" ")))
            .toArray(String[]::new));

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.complaint()).contains(expected);
    }

    @Test
    void shouldNeitherDestroyItsInputNorLeaveAnythingWhenItFails() throws IOException {
        final Path file = Files.writeString(folder.resolve("a.ts"), "not media");

        assertThat(rill("batch", file.toString(), "--out", file.toString()).exitCode()).isEqualTo(2);
        final Cli result = rill("batch", file.toString(), "--out", folder.resolve("b.ts").toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.complaint()).contains("a.ts");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
