package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in ONNX files in the whole path, and from picture to picture. */
class OnnxDemoTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void needNativeLibrary() {
        NativeLibrary.assumePresent();
    }

    @Test
    void shouldReturnEveryFrameThroughTheStyleThatItWroteItself() throws IOException {
        final Path model = example("style");
        final Path json = folder.resolve("demo.json");

        final Cli result = rill("demo", "--fast", "--seconds", "2", "--size", "128x96", "--model", "onnx:" + model,
            "--param", "strength=0.5", "--json", json.toString(), "--out", folder.resolve("out.ts").toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.err()).contains("style strength=0.5");
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesOut").asInt()).isEqualTo(60).isEqualTo(report.get("framesIn").asInt());
    }

    /** PNG loses nothing, so the negative is that of every pixel, but for two conversions of colours. */
    @Test
    void shouldTurnAPictureIntoItsNegative() throws IOException {
        final Path model = example("negative");
        final Path source = folder.resolve("source.png");
        final Path builtIn = folder.resolve("built-in.png");
        final Path onnx = folder.resolve("onnx.png");
        ImageIO.write(colours(), "png", source.toFile());

        assertDone("batch", source.toString(), "--effect", "invert", "--out", builtIn.toString());
        assertDone("batch", source.toString(), "--model", "onnx:" + model, "--out", onnx.toString());

        assertThat(difference(builtIn, onnx)).as("levels between them, mean").isLessThan(1.0);
        assertThat(difference(source, onnx)).as("levels to the source, mean").isGreaterThan(30.0);
    }

    @Test
    void shouldNameWhatIsWrong() throws IOException {
        final Path file = Files.writeString(folder.resolve("text.onnx"), "no model");

        assertThat(rill("demo", "--model", "onnx:" + file).complaint()).contains("--model", "text.onnx");
        assertThat(rill("demo", "--model", "onnx:missing.onnx").complaint()).contains("missing.onnx", "exists");
        assertThat(rill("example-model", "rembrandt", "--out", file.toString()).complaint())
            .contains("rembrandt", "negative or style");
        assertThat(rill("example-model", "style", "--out", folder.resolve("no/file").toString()).complaint())
            .contains("no");
    }

    private static BufferedImage colours() {
        final BufferedImage picture = new BufferedImage(128, 96, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 96; y++) {
            for (int x = 0; x < 128; x++) {
                picture.setRGB(x, y, x * 2 << 16 | y * 2 << 8 | 255 - x);
            }
        }
        return picture;
    }

    private static double difference(final Path a, final Path b) throws IOException {
        final BufferedImage first = ImageIO.read(a.toFile());
        final BufferedImage second = ImageIO.read(b.toFile());
        long sum = 0;
        for (int y = 0; y < first.getHeight(); y++) {
            for (int x = 0; x < first.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    sum += Math.abs((first.getRGB(x, y) >> shift & 255) - (second.getRGB(x, y) >> shift & 255));
                }
            }
        }
        return sum / (3.0 * first.getWidth() * first.getHeight());
    }

    private Path example(final String name) {
        final Path file = folder.resolve(name + ".onnx");
        assertDone("example-model", name, "--out", file.toString());
        return file;
    }

    private static void assertDone(final String... arguments) {
        final Cli result = rill(arguments);
        assertThat(result.exitCode()).as(result.toString()).isZero();
    }
}
