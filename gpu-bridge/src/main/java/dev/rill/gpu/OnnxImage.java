package dev.rill.gpu;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;

/**
 * A picture that a graph takes or gives.
 *
 * @param name   in the graph.
 * @param type   of its values.
 * @param layout order of its values.
 * @param width  in pixels, or 0 for any.
 * @param height in pixels, or 0 for any.
 */
record OnnxImage(String name, TensorFormat.Type type, TensorFormat.Layout layout, int width, int height) {
    private static final int RANK = 4;
    private static final int CHANNELS = 3;

    /** Whether something of a graph has the rank of a picture. */
    static boolean isOne(final NodeInfo node) {
        return node.getInfo() instanceof TensorInfo info && info.getShape().length == RANK;
    }

    /**
     * Reads what a graph says of it.
     *
     * @throws IllegalArgumentException if no frame can become it.
     */
    static OnnxImage of(final String role, final NodeInfo node) {
        final TensorInfo info = (TensorInfo) node.getInfo();
        final long[] shape = info.getShape();
        final boolean isPlanar = shape[1] == CHANNELS;
        if (shape[0] > 1 || !isPlanar && shape[3] != CHANNELS) {
            throw new IllegalArgumentException(role + " '" + node.getName() + "' has shape " + Arrays.toString(shape)
                + ", expected 1x3xHEIGHTxWIDTH or 1xHEIGHTxWIDTHx3 (-1 for any height and width)");
        }
        return new OnnxImage(node.getName(), type(role, node.getName(), info.type),
            isPlanar ? TensorFormat.Layout.PLANAR : TensorFormat.Layout.INTERLEAVED,
            side(role, node.getName(), shape[isPlanar ? 3 : 2]), side(role, node.getName(), shape[isPlanar ? 2 : 1]));
    }

    OnnxJavaType javaType() {
        return switch (type) {
            case F32 -> OnnxJavaType.FLOAT;
            case F16 -> OnnxJavaType.FLOAT16;
            case U8 -> OnnxJavaType.UINT8;
        };
    }

    /** With the sides of a frame where any will do. */
    OnnxImage sized(final int anyWidth, final int anyHeight) {
        final OnnxImage sized = new OnnxImage(
            name, type, layout, width == 0 ? anyWidth : width, height == 0 ? anyHeight : height);
        if (CHANNELS * (long) type.bytes() * sized.width * sized.height > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("tensor '" + name + "' of " + sized.width + "x" + sized.height
                + " pixels, expected at most " + Integer.MAX_VALUE + " bytes");
        }
        return sized;
    }

    long[] shape() {
        return layout == TensorFormat.Layout.PLANAR ? new long[] {1, CHANNELS, height, width}
            : new long[] {1, height, width, CHANNELS};
    }

    private static TensorFormat.Type type(final String role, final String name, final OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> TensorFormat.Type.F32;
            case FLOAT16 -> TensorFormat.Type.F16;
            case UINT8 -> TensorFormat.Type.U8;
            default -> throw new IllegalArgumentException(
                role + " '" + name + "' is of type " + type + ", expected FLOAT, FLOAT16 or UINT8");
        };
    }

    private static int side(final String role, final String name, final long side) {
        if (side == 0 || side > FrameFormat.MAX_DIMENSION) {
            throw new IllegalArgumentException(role + " '" + name + "' has a side of " + side + ", expected 1 to "
                + FrameFormat.MAX_DIMENSION + " or any");
        }
        return Math.max(0, (int) side);
    }
}
