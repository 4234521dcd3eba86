package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in shared libraries in the whole path. */
class PluginDemoTest {
    private static final Path MARK = Path.of(System.getProperty("rill.test.plugins"), "mark.so");

    @TempDir
    private Path folder;

    @BeforeEach
    void needLibraries() {
        NativeLibrary.assumePresent();
        if (!Files.exists(MARK)) {
            System.out.println("skipped: no plug-in " + MARK);
        }
        assumeTrue(Files.exists(MARK), "no plug-in " + MARK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "simulator"})
    void shouldReturnEveryFrameThroughThePlugin(final String device) throws IOException {
        final Path json = folder.resolve("demo.json");

        final Cli result = rill("demo", "--fast", "--seconds", "2", "--size", "128x96", "--device", device, "--model",
            "plugin:" + MARK, "--param", "level=200", "--json", json.toString(), "--out",
            folder.resolve("out.ts").toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.err()).contains("mark level=200");
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesOut").asInt()).isEqualTo(60).isEqualTo(report.get("framesIn").asInt());
    }

    /** Luma 235 is white without colours. */
    @Test
    void shouldDrawABarAcrossTheTopOfAPicture() throws IOException {
        final Path source = folder.resolve("source.png");
        final Path marked = folder.resolve("marked.png");
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", source.toFile());

        final Cli result = rill("batch", source.toString(), "--model", "plugin:" + MARK, "--out", marked.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final BufferedImage picture = ImageIO.read(marked.toFile());
        for (int y = 0; y < 64; y++) {
            assertThat(picture.getRGB(32, y) & 0xff).as("row %d", y).isBetween(y < 8 ? 250 : 0, y < 8 ? 255 : 5);
        }
    }

    @Test
    void shouldNameWhatIsWrong() throws IOException {
        final Path file = Files.writeString(folder.resolve("text.so"), "no library");

        assertThat(rill("demo", "--model", "plugin:" + file).complaint()).contains("--model", "text.so");
        assertThat(rill("demo", "--model", "plugin:missing.so").complaint()).contains("missing.so", "No such file");
    }
}
