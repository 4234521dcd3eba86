package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.gpu.TensorFormat.Filter;
import dev.rill.gpu.TensorFormat.Fit;
import dev.rill.gpu.TensorFormat.Layout;
import dev.rill.gpu.TensorReference.Values;
import dev.rill.gpu.internal.OffHeap;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way from tensors to frames, against the definition in doubles. */
class TensorFrameTest {
    /** Half a level of rounding, and what floats lose. */
    private static final double TOLERANCE = 0.5 + 0.02;

    private Bridge bridge;

    @BeforeEach
    void launch() {
        bridge = TestBridges.launch("cpu", 1);
    }

    @AfterEach
    void close() {
        bridge.close();
    }

    @ParameterizedTest
    @CsvSource({
        "STRETCH, BILINEAR, PLANAR, BT601_LIMITED", "CROP, BILINEAR, INTERLEAVED, BT709_LIMITED",
        "LETTERBOX, BILINEAR, PLANAR, BT709_FULL", "STRETCH, AREA, INTERLEAVED, BT601_FULL",
        "CROP, AREA, PLANAR, BT601_LIMITED", "LETTERBOX, AREA, INTERLEAVED, BT709_LIMITED"})
    void shouldResizeAsTheDefinitionSays(
        final Fit fit, final Filter filter, final Layout layout, final Colours colours) {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            final FrameFormat format = FrameFormat.of(
                PixelFormat.values()[random.nextInt(2)], 2 + 2 * random.nextInt(40), 2 + 2 * random.nextInt(40));
            final TensorFormat tensor = TensorFormat.of(size(format.width(), random), size(format.height(), random))
                .fit(fit).filter(filter).layout(layout).colours(colours);
            assertThat(difference(format, tensor, random, fit, filter, layout, colours))
                .as("%s %s seed %d round %d", format, tensor, seed, round).isLessThanOrEqualTo(TOLERANCE);
        }
    }

    /** Halves that overflow are infinite: where nothing is added to one, nothing may be multiplied by it either. */
    @ParameterizedTest
    @CsvSource({
        "8, 8, BILINEAR", "8, 8, AREA", "16, 8, BILINEAR", "8, 16, AREA", "5, 16, BILINEAR", "32, 32, AREA",
        "48, 48, BILINEAR"})
    void shouldTurnInfiniteChannelsIntoWhite(final int width, final int height, final Filter filter) {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 16, 16);
        final TensorFormat tensor = TensorFormat.of(width, height).filter(filter);
        final FrameSlot frame = bridge.newPool(format, 1).acquire();
        try (TensorConverter converter = new TensorConverter(format, tensor);
            OffHeap memory = OffHeap.allocate(tensor.sizeBytes())) {
            for (int i = 0; i < tensor.sizeBytes(); i += Float.BYTES) {
                memory.buffer().putFloat(i, Float.POSITIVE_INFINITY);
            }
            converter.toFrame(memory.address(), frame);
        }
        for (int i = 0; i < 256; i++) {
            assertThat(TensorReference.sample(frame, 0, i % 16, i / 16)).as("luma of pixel %d", i).isEqualTo(255);
        }
        frame.release();
    }

    @Test
    void shouldConvertFramesOneAfterTheOtherAsIfEachWereTheFirst() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 32, 32);
        final TensorFormat tensor = TensorFormat.of(16, 12);
        try (FramePool pool = bridge.newPool(format, 2);
            TensorConverter converter = new TensorConverter(format, tensor);
            OffHeap memory = OffHeap.allocate(tensor.sizeBytes())) {
            final FrameSlot frame = pool.acquire();
            for (final float value : new float[] {Float.NaN, 1, 0}) {
                for (int i = 0; i < tensor.sizeBytes(); i += Float.BYTES) {
                    memory.buffer().putFloat(i, value);
                }
                converter.toFrame(memory.address(), frame);
                final double expected = Float.isNaN(value) ? 0 : 16 + 219 * value;
                for (int i = 0; i < 32 * 32; i++) {
                    assertThat(TensorReference.sample(frame, 0, i % 32, i / 32)).as("pixel %d of %f", i, value)
                        .isEqualTo(expected);
                }
            }
            frame.release();
        }
    }

    /** The same as a side of the frame in one of four cases, smaller or larger in the others. */
    private static int size(final int side, final Random random) {
        return random.nextInt(4) == 0 ? side : 1 + random.nextInt(90);
    }

    /** The largest distance of a sample from what it should be. */
    private double difference(
        final FrameFormat format, final TensorFormat tensor, final Random random, final Fit fit, final Filter filter,
        final Layout layout, final Colours colours) {
        final float[] values = new float[3 * tensor.width() * tensor.height()];
        final Values channels = (c, x, y) -> {
            final int pixel = y * tensor.width() + x;
            return values[layout == Layout.INTERLEAVED ? 3 * pixel + c : c * tensor.width() * tensor.height() + pixel];
        };
        try (FramePool pool = bridge.newPool(format, 1);
            TensorConverter converter = new TensorConverter(format, tensor);
            OffHeap memory = OffHeap.allocate(tensor.sizeBytes())) {
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
                memory.buffer().putFloat(Float.BYTES * i, values[i]);
            }
            final FrameSlot frame = pool.acquire();
            converter.toFrame(memory.address(), frame);
            final double most = difference(frame, (plane, x, y) ->
                TensorReference.pixel(channels, format, tensor, fit, filter, plane, x, y, colours));
            frame.release();
            return most;
        }
    }

    private static double difference(final FrameSlot frame, final Values expected) {
        double most = 0;
        for (int y = 0; y < frame.format().height(); y++) {
            for (int x = 0; x < frame.format().width(); x++) {
                most = Math.max(most, Math.abs(TensorReference.sample(frame, 0, x, y) - expected.at(0, x, y)));
                if (x % 2 == 0 && y % 2 == 0) {
                    for (int c = 1; c < 3; c++) {
                        final double actual = TensorReference.chroma(frame, c, x / 2, y / 2);
                        most = Math.max(most, Math.abs(actual - chroma(expected, c, x, y)));
                    }
                }
            }
        }
        return most;
    }

    /** The mean of four pixels, as far as a byte can say it. */
    private static double chroma(final Values pixels, final int plane, final int x, final int y) {
        final double sum = pixels.at(plane, x, y) + pixels.at(plane, x + 1, y) + pixels.at(plane, x, y + 1)
            + pixels.at(plane, x + 1, y + 1);
        return Math.max(0, Math.min(255, sum / 4));
    }
}
