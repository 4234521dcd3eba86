package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models in shared libraries, on every device that loads them. */
@ParameterizedClass
@MethodSource("devices")
@Timeout(60)
class PluginModelTest {
    private static final int[][] SIZES = {{2, 2}, {16, 16}, {62, 34}, {130, 20}, {320, 180}};
    private static final int FRAMES = 120;
    private static final int WINDOW = 3;

    private final String device;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    PluginModelTest(final String device) {
        this.device = device;
    }

    static List<String> devices() {
        return TestBridges.devices().stream().filter(name -> !"java".equals(name)).toList();
    }

    @Test
    void shouldGiveWhatTheLibraryMakesOfEachFrameAndTouchNothingElse() {
        for (final String name : List.of("mark", "mark-steps", "mark-tensors")) {
            final Model model = Model.plugin(Plugins.assumePresent(name));
            try (Bridge bridge = TestBridges.launch(device, 2)) {
                for (final PixelFormat pixelFormat : PixelFormat.values()) {
                    for (final int[] size : SIZES) {
                        compare(bridge, model, name, FrameFormat.of(pixelFormat, size[0], size[1]));
                    }
                }
            }
        }
    }

    private void compare(final Bridge bridge, final Model model, final String name, final FrameFormat format) {
        final byte[] content = new byte[format.sizeBytes()];
        final byte[] poison = new byte[format.sizeBytes()];
        random.nextBytes(content);
        random.nextBytes(poison);
        try (FramePool pool = bridge.newPool(format, 3); BridgeSession session = bridge.openSession(model, format, 1)) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            final FrameSlot neighbour = pool.acquire();
            in.memory().put(0, content);
            out.memory().put(0, poison);
            neighbour.memory().put(0, poison);
            assertThat(session.submit(in, out, model.parameters(Map.of("level", 99.0)))).isZero();
            TestBridges.pollAll(session, TestBridges.releasing(), 1);

            final String as = device + " " + name + " " + format + " seed " + seed;
            assertThat(bytes(out)).as(as)
                .isEqualTo(marked(format, content, 99, ModelOutputTest.background(bridge, format, poison)));
            assertThat(bytes(in)).as("input of " + as).isEqualTo(content);
            assertThat(bytes(neighbour)).as("neighbour of " + as).isEqualTo(poison);
            List.of(in, out, neighbour).forEach(FrameSlot::release);
        }
    }

    @Test
    void shouldTakeEachFramesOwnParametersInOrder() {
        for (final String name : List.of("mark", "mark-tensors")) {
            final Model model = Model.plugin(Plugins.assumePresent(name));
            final FrameFormat format = FrameFormat.of(PixelFormat.I420, 64, 32);
            try (Bridge bridge = TestBridges.launch(device, 3); FramePool pool = bridge.newPool(format, 2 * WINDOW);
                BridgeSession session = bridge.openSession(model, format, WINDOW)) {
                final List<Integer> wanted = new ArrayList<>();
                final List<Integer> seen = new ArrayList<>();
                for (int i = 0; i < FRAMES; i++) {
                    // Stays for a while, then changes: what was captured with one value may not be used with another.
                    wanted.add(i == 0 || random.nextInt(4) == 0 ? random.nextInt(256) : wanted.get(i - 1));
                    submit(session, pool, model.parameters(Map.of("level", wanted.get(i).doubleValue())), seen);
                }
                drain(session, seen);

                assertThat(seen).as(device + " " + name + " seed " + seed).isEqualTo(wanted);
            }
        }
    }

    private void submit(
        final BridgeSession session, final FramePool pool, final ModelParameters parameters, final List<Integer> seen) {
        TestBridges.await(() -> {
            session.poll(keeping(seen), WINDOW);
            return session.inFlight() < WINDOW;
        }, () -> "window of " + session);
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        assertThat(session.submit(in, out, parameters)).isNotNegative();
        in.release();
        out.release();
    }

    private static void drain(final BridgeSession session, final List<Integer> seen) {
        TestBridges.await(() -> {
            session.poll(keeping(seen), WINDOW);
            return session.inFlight() == 0;
        }, () -> "frames of " + session);
    }

    private static CompletionHandler keeping(final List<Integer> seen) {
        return (ticket, status, in, out, version, startNs, endNs) -> {
            seen.add(status == BridgeSession.OK ? out.memory().get(0) & 0xff : status);
            in.release();
            out.release();
        };
    }

    @Test
    void shouldConvertToTensorsOfAnotherSizeAsTheProcessorDoes() {
        final Model model = Model.plugin(Plugins.assumePresent("mark-halves"));
        for (final PixelFormat pixelFormat : PixelFormat.values()) {
            for (final int[] size : SIZES) {
                final FrameFormat format = FrameFormat.of(pixelFormat, size[0], size[1]);
                final byte[] content = new byte[format.sizeBytes()];
                random.nextBytes(content);

                final byte[] expected = apply("cpu", model, format, content);
                final byte[] actual = apply(device, model, format, content);

                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i] & 0xff).as("byte %d of %s %s seed %d", i, device, format, seed)
                        .isBetween((expected[i] & 0xff) - 1, (expected[i] & 0xff) + 1);
                }
            }
        }
    }

    private static byte[] apply(
        final String device, final Model model, final FrameFormat format, final byte[] content) {
        try (Bridge bridge = TestBridges.launch(device, 1); FramePool pool = bridge.newPool(format, 2);
            BridgeSession session = bridge.openSession(model, format, 1)) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            in.memory().put(0, content);
            assertThat(session.submit(in, out, model.parameters(Map.of("level", 0.0)))).isZero();
            TestBridges.pollAll(session, TestBridges.releasing(), 1);
            final byte[] result = picture(out);
            in.release();
            out.release();
            return result;
        }
    }

    /** Grey frames, whose upper eighth gets other red: what that is in samples depends on the colours. */
    @ParameterizedTest
    @EnumSource(Colours.class)
    void shouldMixRedGreenAndBlueAsTheFormatOfTheSessionSays(final Colours colours) {
        final Model model = Model.plugin(Plugins.assumePresent("mark-rgb"));
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 32, 32).colours(colours);
        final byte[] content = new byte[format.sizeBytes()];
        Arrays.fill(content, (byte) 128);

        final byte[] result = apply(device, model, format, content);

        final int grey = (int) Math.round(255 * TensorReference.channel(128, 128, 128, 0, colours));
        final double[] rgb = {0, grey / 255.0, grey / 255.0};
        for (int plane = 0; plane < 3; plane++) {
            final int at = plane == 0 ? 0 : 32 * 32 + (plane - 1) * 16 * 16;
            final double expected = Math.max(0, TensorReference.level(rgb, plane, colours));
            assertThat((double) (result[at] & 0xff)).as("plane %d", plane).isCloseTo(expected, within(0.51));
            assertThat(result[at + (plane == 0 ? 32 * 31 : 16 * 15)] & 0xff).as("grey of plane %d", plane)
                .isBetween(127, 129);
        }
    }

    @Test
    void shouldBeLoadedOnlyWhileSomethingUsesIt() throws IOException {
        final Path file = Plugins.assumePresent("mark");
        final Model model = Model.plugin(file);
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 16, 16);
        try (Bridge bridge = TestBridges.launch(device, 1)) {
            try (BridgeSession one = bridge.openSession(model, format, 1);
                BridgeSession other = bridge.openSession(model, format, 1)) {
                assertThat(isMapped(file)).as("loaded for %s and %s", one, other).isTrue();
            }
            assertThat(isMapped(file)).as("still loaded").isFalse();
        }
    }

    private static boolean isMapped(final Path file) throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains(file.toAbsolutePath().normalize().toString());
    }

    @Test
    void shouldRefuseAPluginForOtherDevices() {
        final boolean isProcessor = "cpu".equals(device);
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 16, 16);
        final Model wrong = Model.plugin(Plugins.assumePresent(isProcessor ? "faulty-cuda-only" : "faulty-none"));
        try (Bridge bridge = TestBridges.launch(device, 1)) {
            assertThatThrownBy(() -> bridge.openSession(wrong, format, 1)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("plug-in 'faulty' runs on " + (isProcessor ? "CUDA" : "the CPU") + " alone");
        }
    }

    private static byte[] bytes(final FrameSlot slot) {
        final byte[] bytes = new byte[slot.pool().format().sizeBytes()];
        slot.memory().get(0, bytes);
        return bytes;
    }

    /** The bytes of the picture, without what lies between and behind its planes. */
    private static byte[] picture(final FrameSlot filled) {
        final FrameFormat format = filled.pool().format();
        final byte[] slot = bytes(filled);
        final byte[] used = new byte[slot.length];
        int at = 0;
        for (int plane = 0; plane < format.planeCount(); plane++) {
            for (int row = 0; row < format.planeRows(plane); row++) {
                System.arraycopy(slot, format.planeOffset(plane) + row * format.planeStride(plane), used, at,
                    format.planeWidth(plane));
                at += format.planeWidth(plane);
            }
        }
        return Arrays.copyOf(used, at);
    }

    private static byte[] marked(
        final FrameFormat format, final byte[] content, final int level, final byte[] background) {
        final byte[] result = background.clone();
        for (int plane = 0; plane < format.planeCount(); plane++) {
            for (int row = 0; row < format.planeRows(plane); row++) {
                final int at = format.planeOffset(plane) + row * format.planeStride(plane);
                System.arraycopy(content, at, result, at, format.planeWidth(plane));
                if (plane == 0 && row < format.height() / 8) {
                    Arrays.fill(result, at, at + format.width(), (byte) level);
                }
            }
        }
        return result;
    }
}
