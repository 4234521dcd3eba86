package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.rill.gpu.TestBridges#devices")
class ModelOutputTest {
    private static final int[][] SIZES = {
        {2, 2}, {4, 2}, {2, 34}, {16, 16}, {62, 34}, {66, 18}, {130, 20}, {126, 130}, {854, 480}, {1280, 720},
    };

    private final String device;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    ModelOutputTest(final String device) {
        this.device = device;
    }

    @Test
    void shouldWriteExactlyTheDefinedBytesForEveryModelAndFormat() {
        try (Bridge bridge = TestBridges.launch(device, 2)) {
            for (final PixelFormat pixelFormat : PixelFormat.values()) {
                for (final int[] size : SIZES) {
                    final FrameFormat format = FrameFormat.of(pixelFormat, size[0], size[1]);
                    Model.builtIns().forEach(model -> check(bridge, format, choices(model)));
                }
            }
        }
    }

    @Test
    void shouldMapEveryCodeOfEveryPlane() {
        try (Bridge bridge = TestBridges.launch(device, 1)) {
            for (final PixelFormat pixelFormat : PixelFormat.values()) {
                final FrameFormat format = FrameFormat.of(pixelFormat, 512, 4);
                Model.builtIns().forEach(model -> {
                    final byte[] in = new byte[format.sizeBytes()];
                    for (int i = 0; i < in.length; i++) {
                        in[i] = (byte) i;
                    }
                    choices(model).forEach(parameters -> compare(bridge, format, parameters, in));
                });
            }
        }
    }

    private void check(final Bridge bridge, final FrameFormat format, final List<ModelParameters> choices) {
        final byte[] in = new byte[format.sizeBytes()];
        random.nextBytes(in);
        choices.forEach(parameters -> compare(bridge, format, parameters, in));
    }

    /** Poison differs from the result almost everywhere, so that bytes not written, or written beside it, show. */
    private void compare(
        final Bridge bridge, final FrameFormat format, final ModelParameters parameters, final byte[] in) {
        final byte[] poison = new byte[format.sizeBytes()];
        random.nextBytes(poison);
        try (FramePool pool = bridge.newPool(format, 3);
            BridgeSession session = bridge.openSession(parameters.model(), format, 1)) {
            final FrameSlot source = pool.acquire();
            final FrameSlot target = pool.acquire();
            final FrameSlot neighbour = pool.acquire();
            source.memory().put(0, in);
            target.memory().put(0, poison);
            neighbour.memory().put(0, poison);
            assertThat(session.submit(source, target, parameters)).isZero();
            TestBridges.pollAll(session, TestBridges.releasing(), 1);

            final String name = device + " " + parameters + " " + format + " seed " + seed;
            assertThat(content(target)).as(name).isEqualTo(
                ReferenceModels.apply(parameters, format, in, background(bridge, format, poison)));
            assertThat(content(source)).as("input of " + name).isEqualTo(in);
            assertThat(content(neighbour)).as("neighbour of " + name).isEqualTo(poison);
            List.of(source, target, neighbour).forEach(FrameSlot::release);
        }
    }

    /** What is around the picture afterwards. */
    static byte[] background(final Bridge bridge, final FrameFormat format, final byte[] poison) {
        if (!bridge.device().capabilities().contains(DeviceInfo.WHOLE_SLOTS)) {
            return poison;
        }
        final int last = format.planeCount() - 1;
        final int end = format.planeOffset(last) + format.planeStride(last) * (format.planeRows(last) - 1)
            + format.planeWidth(last);
        final byte[] background = poison.clone();
        Arrays.fill(background, 0, end, (byte) 0);
        return background;
    }

    private static byte[] content(final FrameSlot slot) {
        final byte[] bytes = new byte[slot.format().sizeBytes()];
        slot.memory().get(0, bytes);
        return bytes;
    }

    /** Defaults, all minima, all maxima, and two random choices. */
    private List<ModelParameters> choices(final Model model) {
        final List<ModelParameters> choices = new ArrayList<>(List.of(model.defaults()));
        if (!model.parameters().isEmpty()) {
            choices.add(choose(model, 0));
            choices.add(choose(model, 1));
            choices.add(choose(model, -1));
            choices.add(choose(model, -1));
        }
        return choices;
    }

    private ModelParameters choose(final Model model, final int part) {
        final Map<String, Double> values = new HashMap<>();
        model.parameters().forEach(spec -> {
            final double share = part < 0 ? random.nextDouble() : part;
            values.put(spec.name(), spec.minimum() + share * (spec.maximum() - spec.minimum()));
        });
        return model.parameters(values);
    }
}
