package dev.rill.frame.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.source.DecodedSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Still pictures are batches of one; colours are judged by the image reader of the JDK. */
@Timeout(60)
class PictureBatchTest {
    /** Rounding of limited range and back costs up to two levels, lossy codecs a few more. */
    private static final int TOLERANCE = 6;
    private static final Color[] BARS = {
        Color.BLACK, Color.WHITE, Color.GRAY, Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW, Color.CYAN};
    private static final int BAR = 32;

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java"));

    @TempDir
    private Path folder;

    @AfterEach
    void assertNothingLeft() {
        assertThat(bridge.outstandingSlots()).isZero();
        assertThat(bridge.openPools()).isZero();
        bridge.close();
    }

    @ParameterizedTest
    @CsvSource({"png, png", "png, jpg", "jpg, png", "jpg, jpeg", "bmp, png"})
    void shouldKeepColoursOfBars(final String from, final String to) throws Exception {
        final Path out = folder.resolve("out." + to);

        final BatchResult result = run("identity", write(bars(96, BufferedImage.TYPE_INT_RGB), from), out);

        assertThat(result.stats().framesOut()).isEqualTo(1);
        assertThat(result.warnings()).isZero();
        assertBars(ImageIO.read(out.toFile()), 96);
    }

    /** From 720 lines on a film has another matrix, a still picture has not. */
    @ParameterizedTest
    @CsvSource({"png, png", "png, jpg", "jpg, png"})
    void shouldKeepColoursOfLargePictures(final String from, final String to) throws Exception {
        final Path out = folder.resolve("out." + to);

        run("identity", write(bars(720, BufferedImage.TYPE_INT_RGB), from), out);

        assertBars(ImageIO.read(out.toFile()), 720);
    }

    @Test
    void shouldKeepColoursThroughWebP() throws Exception {
        final Path webp = folder.resolve("middle.webp");
        final Path out = folder.resolve("out.png");

        run("identity", write(bars(96, BufferedImage.TYPE_INT_RGB), "png"), webp);
        run("identity", webp, out);

        assertThat(Files.readAllBytes(webp)).startsWith('R', 'I', 'F', 'F');
        assertBars(ImageIO.read(out.toFile()), 96);
    }

    @Test
    void shouldApplyTheModel() throws Exception {
        final Path out = folder.resolve("out.png");

        run("invert", write(bars(96, BufferedImage.TYPE_INT_RGB), "png"), out);

        final BufferedImage inverted = ImageIO.read(out.toFile());
        assertColour(new Color(inverted.getRGB(BAR / 2, 48)), Color.WHITE);
        assertColour(new Color(inverted.getRGB(BAR + BAR / 2, 48)), Color.BLACK);
    }

    @Test
    void shouldLeaveOutAnOddColumnAndRow() throws Exception {
        final Path out = folder.resolve("out.png");
        final BufferedImage odd = bars(96, BufferedImage.TYPE_INT_RGB).getSubimage(0, 0, BAR * BARS.length - 1, 95);

        run("identity", write(odd, "png"), out);

        final BufferedImage even = ImageIO.read(out.toFile());
        assertThat(even.getWidth()).isEqualTo(BAR * BARS.length - 2);
        assertThat(even.getHeight()).isEqualTo(94);
    }

    @Test
    void shouldWarnOfAnAlphaChannelThatIsLeftOut() throws Exception {
        final Path out = folder.resolve("out.png");

        final BatchResult result = run("identity", write(bars(96, BufferedImage.TYPE_INT_ARGB), "png"), out);

        assertThat(result.warnings()).isEqualTo(1);
        assertBars(ImageIO.read(out.toFile()), 96);
    }

    @Test
    void shouldRefuseAPictureThatIsTooLarge() throws Exception {
        final Path in = write(bars(96, BufferedImage.TYPE_INT_RGB), "png");
        final BatchContext context = new BatchContext().bridge(bridge).model(Model.builtIn("identity"))
            .input(in.toString()).output(folder.resolve("out.png")).maxPixels(256 * 96 - 1);

        assertThatThrownBy(() -> BatchRunner.launch(context)).isInstanceOf(MediaException.class)
            .hasMessageEndingWith("expected pictures of at most 24575 pixels, actual 256x96");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "ts", "mp4"})
    void shouldKeepTheFormerResultOfAPictureThatCannotBeDecoded(final String extension) throws Exception {
        final Path whole = write(bars(96, BufferedImage.TYPE_INT_RGB), "png");
        final Path torn = folder.resolve("torn.png");
        Files.write(torn, Arrays.copyOf(Files.readAllBytes(whole), 60));
        final Path out = Files.writeString(folder.resolve("out." + extension), "former");

        assertThatThrownBy(() -> run("identity", torn, out)).isInstanceOf(MediaException.class)
            .hasMessageContaining("torn.png");

        assertThat(out).hasContent("former");
    }

    @Test
    void shouldMakeAPictureAFilmOfOneFrame() throws Exception {
        final Path out = folder.resolve("out.mp4");

        final BatchResult result = run("identity", write(bars(96, BufferedImage.TYPE_INT_RGB), "png"), out);

        assertThat(result.stats().framesOut()).isEqualTo(1);
        final int[] luma = new int[1];
        try (DecodedSource film =
            DecodedSource.open(out.toString(), bridge, new PacketPool(), SystemNanoClock.INSTANCE,
                DecodedSource.MAX_PIXELS_DEFAULT, null)) {
            while (film.read((slot, pts, arrivalNs, keyframe) -> luma[0] = whiteOf(slot), packet -> { })
                != DecodedSource.ENDED) {
                continue;
            }
        }
        assertThat(luma[0]).as("luma of the white bar").isCloseTo(235, within(TOLERANCE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "webp"})
    void shouldMakeSmallerFilesOfLowerQuality(final String extension) throws Exception {
        final Path in = write(noise(), "png");

        final long good = sizeOf(in, extension, 95);
        final long poor = sizeOf(in, extension, 10);

        assertThat(poor).isLessThan(good / 2);
    }

    private long sizeOf(final Path in, final String extension, final int quality) throws Exception {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BatchRunner batch = BatchRunner.launch(new BatchContext().bridge(bridge)
            .model(Model.builtIn("identity")).input(in.toString()).output(out, extension).quality(quality))) {
            batch.await();
        }
        return out.size();
    }

    private BatchResult run(final String model, final Path in, final Path out) throws InterruptedException {
        try (BatchRunner batch = BatchRunner.launch(new BatchContext().bridge(bridge).model(Model.builtIn(model))
            .input(in.toString()).output(out))) {
            return batch.await();
        }
    }

    private Path write(final BufferedImage image, final String extension) throws IOException {
        final Path file = folder.resolve("in." + extension);
        assertThat(ImageIO.write(image, extension, file.toFile())).isTrue();
        return file;
    }

    private static BufferedImage bars(final int height, final int type) {
        final BufferedImage image = new BufferedImage(BAR * BARS.length, height, type);
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < height; y++) {
                image.setRGB(x, y, BARS[x / BAR].getRGB());
            }
        }
        return image;
    }

    private static BufferedImage noise() {
        final BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
        final java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < 256 * 256; i++) {
            image.setRGB(i % 256, i / 256, random.nextInt());
        }
        return image;
    }

    private static void assertBars(final BufferedImage image, final int height) {
        assertThat(image.getWidth()).isEqualTo(BAR * BARS.length);
        assertThat(image.getHeight()).isEqualTo(height);
        for (int bar = 0; bar < BARS.length; bar++) {
            assertColour(new Color(image.getRGB(bar * BAR + BAR / 2, height / 2)), BARS[bar]);
        }
    }

    private static void assertColour(final Color actual, final Color expected) {
        assertThat(actual.getRed()).as("red of %s for %s", actual, expected)
            .isCloseTo(expected.getRed(), within(TOLERANCE));
        assertThat(actual.getGreen()).as("green of %s for %s", actual, expected)
            .isCloseTo(expected.getGreen(), within(TOLERANCE));
        assertThat(actual.getBlue()).as("blue of %s for %s", actual, expected)
            .isCloseTo(expected.getBlue(), within(TOLERANCE));
    }

    private static int whiteOf(final FrameSlot slot) {
        final int stride = slot.format().planeStride(0);
        final int luma = slot.plane(0).get(48 * stride + BAR + BAR / 2) & 0xFF;
        slot.release();
        return luma;
    }
}
