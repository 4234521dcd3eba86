package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.gpu.TensorFormat.Filter;
import dev.rill.gpu.TensorFormat.Fit;
import dev.rill.gpu.TensorFormat.Layout;
import dev.rill.gpu.TensorFormat.Type;
import dev.rill.gpu.internal.OffHeap;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against a reference in doubles that works pixel by pixel from the definitions. */
class TensorConverterTest {
    private static final int GUARD = 64;
    private static final byte POISON = 0x5a;

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
        "F32, PLANAR, false, BT601_LIMITED, 2e-6", "F32, INTERLEAVED, true, BT709_FULL, 2e-6",
        "F16, PLANAR, true, BT709_LIMITED, 2.5e-4", "F16, INTERLEAVED, false, BT601_FULL, 2.5e-4"})
    void shouldGiveTheChannelsOfEveryPixelWhereNothingIsResized(
        final Type type, final Layout layout, final boolean isBgr, final Colours colours, final double tolerance) {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            final FrameFormat format = randomFormat(random);
            final TensorFormat tensor = TensorFormat.of(format.width(), format.height())
                .type(type).layout(layout).bgr(isBgr).colours(colours);
            assertThat(difference(format, tensor, random, isBgr, colours, Fit.STRETCH, Filter.BILINEAR))
                .as("%s %s seed %d round %d", format, tensor, seed, round).isLessThanOrEqualTo(tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "STRETCH, BILINEAR", "CROP, BILINEAR", "LETTERBOX, BILINEAR", "STRETCH, AREA", "CROP, AREA", "LETTERBOX, AREA"})
    void shouldResizeAsTheDefinitionSays(final Fit fit, final Filter filter) {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            final FrameFormat format = randomFormat(random);
            final TensorFormat tensor = TensorFormat.of(1 + random.nextInt(90), 1 + random.nextInt(90))
                .fit(fit).filter(filter).colours(Colours.BT601_LIMITED);
            assertThat(difference(format, tensor, random, false, Colours.BT601_LIMITED, fit, filter))
                .as("%s %s seed %d round %d", format, tensor, seed, round).isLessThanOrEqualTo(2e-4);
        }
    }

    @Test
    void shouldRoundBytes() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 320, 240);
        final TensorFormat tensor = TensorFormat.of(320, 240).type(Type.U8).layout(Layout.INTERLEAVED)
            .values(255, new double[3], new double[] {1, 1, 1});
        final FramePool pool = bridge.newPool(format, 1);
        final FrameSlot frame = random(pool, random);
        try (TensorConverter converter = new TensorConverter(format, tensor);
            OffHeap memory = OffHeap.allocate(tensor.sizeBytes())) {
            converter.toTensor(frame, memory.address());
            int wrong = 0;
            for (int i = 0; i < tensor.sizeBytes(); i++) {
                final int pixel = i / 3;
                final double exact = 255 * channel(frame, pixel % 320, pixel / 320, i % 3, Colours.BT601_LIMITED);
                final int expected = (int) Math.floor(Math.max(0, Math.min(255, exact)) + 0.5);
                final int actual = memory.buffer().get(i) & 0xff;
                assertThat(Math.abs(actual - expected)).as("byte %d seed %d", i, seed).isLessThanOrEqualTo(1);
                wrong += actual == expected ? 0 : 1;
            }
            assertThat(wrong).as("off by one, seed %d", seed).isLessThan((int) (tensor.sizeBytes() / 1_000));
        }
        frame.release();
    }

    /** There and back, for every colour that exists. */
    @ParameterizedTest
    @EnumSource(value = Type.class, names = {"F32", "F16"})
    void shouldGiveFramesBackAsTheyWere(final Type type) {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (final Layout layout : Layout.values()) {
            for (int round = 0; round < 10; round++) {
                final FrameFormat format = randomFormat(random);
                final TensorFormat tensor = TensorFormat.of(format.width(), format.height()).type(type).layout(layout)
                    .bgr(round % 2 == 0).values(1, new double[] {0.485, 0.456, 0.406}, new double[] {0.5, 0.25, 0.3});
                final FramePool pool = bridge.newPool(format, 2);
                final FrameSlot before = random(pool, random);
                mute(before);
                final FrameSlot after = random(pool, random);
                final byte[] padding = bytes(after);
                try (TensorConverter converter = new TensorConverter(format, tensor);
                    OffHeap memory = OffHeap.allocate(tensor.sizeBytes())) {
                    converter.toTensor(before, memory.address());
                    converter.toFrame(memory.address(), after);
                }
                assertThat(WorkerRig.picture(after)).as("%s %s seed %d", format, tensor, seed)
                    .isEqualTo(WorkerRig.picture(before));
                assertPaddingKept(after, padding);
                before.release();
                after.release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fit.class)
    void shouldGiveBackWhatTheTensorShowedOfAFrameAndBlackForTheRest(final Fit fit) {
        final FrameFormat format = FrameFormat.of(PixelFormat.NV12, 128, 64);
        final TensorFormat tensor = TensorFormat.of(64, 64).fit(fit).filter(Filter.AREA);
        final FramePool pool = bridge.newPool(format, 2);
        final FrameSlot before = pool.acquire();
        final FrameSlot after = pool.acquire();
        Arrays.asList(0, 1).forEach(plane -> fill(before, plane, (byte) (plane == 0 ? 120 : 140)));
        try (TensorConverter converter = new TensorConverter(format, tensor);
            OffHeap memory = OffHeap.allocate(tensor.sizeBytes())) {
            converter.toTensor(before, memory.address());
            converter.toFrame(memory.address(), after);
        }
        for (int x = 0; x < 128; x++) {
            final boolean isShown = fit != Fit.CROP || x >= 32 && x < 96;
            assertThat(after.plane(0).get(x)).as("luma at %d", x).isEqualTo((byte) (isShown ? 120 : 16));
            assertThat(after.plane(1).get(x)).as("chroma at %d", x).isEqualTo((byte) (isShown ? 140 : 128));
        }
        before.release();
        after.release();
    }

    @Test
    void shouldTurnWhatIsNoNumberIntoBlack() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 16, 16);
        final TensorFormat tensor = TensorFormat.of(16, 16);
        final FramePool pool = bridge.newPool(format, 1);
        final FrameSlot frame = pool.acquire();
        try (TensorConverter converter = new TensorConverter(format, tensor);
            OffHeap memory = OffHeap.allocate(tensor.sizeBytes())) {
            for (int i = 0; i < tensor.sizeBytes(); i += Float.BYTES) {
                memory.buffer().putFloat(i, i % 8 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY);
            }
            converter.toFrame(memory.address(), frame);
        }
        assertThat(frame.plane(0).get(0)).isZero();
        assertThat(frame.plane(0).get(1)).isZero();
        frame.release();
    }

    @Test
    void shouldRefuseWhatIsNoTensor() {
        for (final int[] size : new int[][] {{0, 1}, {1, 0}, {-1, 5}, {16385, 1}, {1, 16385}}) {
            assertThatThrownBy(() -> TensorFormat.of(size[0], size[1])).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("width=" + size[0]).hasMessageContaining("16384");
        }
        final TensorFormat good = TensorFormat.of(4, 4);
        final double[] ones = {1, 1, 1};
        for (final double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 0}) {
            assertThatThrownBy(() -> good.values(bad, new double[3], ones)).hasMessageContaining("scale=" + bad);
            assertThatThrownBy(() -> good.values(1, new double[3], new double[] {1, bad, 1}))
                .hasMessageContaining("std=");
        }
        assertThatThrownBy(() -> good.values(1, new double[2], ones)).hasMessageContaining("three finite numbers");
        assertThatThrownBy(
            () -> new TensorConverter(FrameFormat.of(PixelFormat.I420, 4, 4), good.values(1e300, ones, ones)))
            .isInstanceOf(BridgeException.class).hasMessageContaining("not a finite number");
    }

    @Test
    void shouldRefuseFramesOfOtherFormatsAndUseAfterClosing() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 16, 16);
        final FrameSlot frame = bridge.newPool(format, 1).acquire();
        final FrameSlot other = bridge.newPool(FrameFormat.of(PixelFormat.NV12, 16, 16), 1).acquire();
        final TensorConverter converter = new TensorConverter(format, TensorFormat.of(16, 16));
        assertThatThrownBy(() -> converter.toTensor(other, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> converter.toTensor(frame, 0)).isInstanceOf(BridgeException.class)
            .hasMessageContaining("address 0");
        converter.close();
        converter.close();
        assertThatThrownBy(() -> converter.toTensor(frame, 1)).isInstanceOf(BridgeException.class)
            .hasMessageContaining("stale");
        frame.release();
        other.release();
    }

    /** The largest error of a value from 0 to 1; as much more is allowed as values are larger. */
    private double difference(
        final FrameFormat format, final TensorFormat tensor, final Random random, final boolean isBgr,
        final Colours colours, final Fit fit, final Filter filter) {
        final FramePool pool = bridge.newPool(format, 1);
        final FrameSlot frame = random(pool, random);
        final int bytes = (int) tensor.sizeBytes();
        double most = 0;
        try (TensorConverter converter = new TensorConverter(format, tensor);
            OffHeap memory = OffHeap.allocate(bytes + 2 * GUARD)) {
            final ByteBuffer buffer = memory.buffer();
            for (int i = 0; i < bytes + 2 * GUARD; i++) {
                buffer.put(i, POISON);
            }
            converter.toTensor(frame, memory.address() + GUARD);
            for (int i = 0; i < GUARD; i++) {
                assertThat(buffer.get(i)).as("guard before").isEqualTo(POISON);
                assertThat(buffer.get(GUARD + bytes + i)).as("guard behind").isEqualTo(POISON);
            }
            for (int y = 0; y < tensor.height(); y++) {
                for (int x = 0; x < tensor.width(); x++) {
                    for (int c = 0; c < 3; c++) {
                        final double expected =
                            TensorReference.value(frame, tensor, fit, filter, isBgr ? 2 - c : c, x, y, colours);
                        final double binade = Math.max(1, Math.scalb(1.0, 1 + Math.getExponent(expected)));
                        most = Math.max(most, Math.abs(value(buffer, tensor, x, y, c) - expected) / binade);
                    }
                }
            }
        } finally {
            frame.release();
            pool.close();
        }
        return most;
    }

    private static double value(
        final ByteBuffer buffer, final TensorFormat tensor, final int x, final int y, final int c) {
        final int pixel = y * tensor.width() + x;
        final int index = tensor.layout() == Layout.INTERLEAVED ? 3 * pixel + c
            : c * tensor.width() * tensor.height() + pixel;
        return tensor.type() == Type.F32 ? buffer.getFloat(GUARD + 4 * index)
            : TensorReference.half(buffer.getShort(GUARD + 2 * index));
    }

    private static double channel(
        final FrameSlot frame, final int x, final int y, final int channel, final Colours colours) {
        return TensorReference.channel(frame, x, y, channel, colours);
    }

    private static FrameFormat randomFormat(final Random random) {
        return FrameFormat.of(PixelFormat.values()[random.nextInt(2)], 2 + 2 * random.nextInt(50),
            2 + 2 * random.nextInt(50));
    }

    private static FrameSlot random(final FramePool pool, final Random random) {
        final FrameSlot slot = pool.acquire();
        final byte[] bytes = new byte[slot.format().sizeBytes()];
        random.nextBytes(bytes);
        slot.memory().put(0, bytes);
        return slot;
    }

    /** Colours that red, green and blue from 0 to 1 can express. */
    private static void mute(final FrameSlot slot) {
        final byte[] bytes = bytes(slot);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (112 + (bytes[i] & 31));
        }
        slot.memory().put(0, bytes);
    }

    private static byte[] bytes(final FrameSlot slot) {
        final byte[] bytes = new byte[slot.format().sizeBytes()];
        slot.memory().get(0, bytes);
        return bytes;
    }

    private static void fill(final FrameSlot slot, final int plane, final byte value) {
        for (int i = 0; i < slot.plane(plane).capacity(); i++) {
            slot.plane(plane).put(i, value);
        }
    }

    private static void assertPaddingKept(final FrameSlot slot, final byte[] before) {
        final FrameFormat format = slot.format();
        final byte[] after = bytes(slot);
        for (int plane = 0; plane < format.planeCount(); plane++) {
            for (int row = 0; row < format.planeRows(plane); row++) {
                final int at = format.planeOffset(plane) + row * format.planeStride(plane);
                System.arraycopy(before, at, after, at, format.planeWidth(plane));
            }
        }
        assertThat(after).as("bytes that belong to nobody").isEqualTo(before);
    }
}
