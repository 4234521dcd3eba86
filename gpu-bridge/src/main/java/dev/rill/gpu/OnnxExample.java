package dev.rill.gpu;

import java.util.List;
import java.util.Random;

/** Small ONNX models of our own, for trying things out. Pictures of any size, floats from 0 to 1. */
public final class OnnxExample {
    private static final int FEATURES = 12;
    private static final long SEED = 20261127;
    private static final long[] ANY_PICTURE = {1, 3, -1, -1};

    private OnnxExample() {
    }

    /** Their names. */
    public static List<String> names() {
        return List.of("negative", "style");
    }

    /**
     * A file in the ONNX format.
     *
     * @param name {@code negative}: the negative of the picture; {@code style}: two layers of convolutions with random
     *             weights, which look like a painting; both with a parameter {@code strength}.
     * @return its bytes.
     * @throws IllegalArgumentException if there is no such example.
     */
    public static byte[] bytes(final String name) {
        return switch (name) {
            case "negative" -> negative();
            case "style" -> style();
            default -> throw new IllegalArgumentException(
                "unknown example '" + name + "': known are " + String.join(", ", names()));
        };
    }

    /** image + strength * (1 - 2 * image). */
    private static byte[] negative() {
        return picture("the negative of the picture")
            .constant("one", new long[0], 1).constant("minusTwo", new long[0], -2)
            .node("Mul", "doubled", "image", "minusTwo").node("Add", "change", "doubled", "one")
            .node("Mul", "changed", "change", "strength").node("Add", "result", "image", "changed").toBytes();
    }

    /** clip(image + strength * (W2 * tanh(W1 * image))). */
    private static byte[] style() {
        final Random random = new Random(SEED);
        return picture("strokes of colour, by random convolutions")
            .constant("first", new long[] {FEATURES, 3, 3, 3}, weights(random, FEATURES * 27, 1.5f, 27))
            .constant("second", new long[] {3, FEATURES, 3, 3}, weights(random, FEATURES * 27, 0.25f, 9))
            .constant("low", new long[0], 0).constant("high", new long[0], 1)
            .convolution("strokes", "image", "first").node("Tanh", "bent", "strokes")
            .convolution("colours", "bent", "second").node("Mul", "changed", "colours", "strength")
            .node("Add", "sum", "image", "changed").node("Clip", "result", "sum", "low", "high").toBytes();
    }

    private static OnnxGraph picture(final String description) {
        return new OnnxGraph(description)
            .input("image", OnnxGraph.FLOAT, ANY_PICTURE).input("strength", OnnxGraph.FLOAT)
            .output("result", OnnxGraph.FLOAT, ANY_PICTURE)
            .metadata("rill.param.strength", "0,1,1,0 leaves the picture alone");
    }

    /** Of each group the mean is taken away, so that flat areas stay as they are. */
    private static float[] weights(final Random random, final int count, final float size, final int group) {
        final float[] weights = new float[count];
        for (int start = 0; start < count; start += group) {
            float sum = 0;
            for (int i = start; i < start + group; i++) {
                weights[i] = size * (float) random.nextGaussian();
                sum += weights[i];
            }
            for (int i = start; i < start + group; i++) {
                weights[i] -= sum / group;
            }
        }
        return weights;
    }
}
