package dev.rill.gpu;

import java.util.function.IntBinaryOperator;

/**
 * The definitions of {@link Model} once more, sample by sample, in floating point where that is exact, and without
 * anything of the devices' row loops.
 */
final class ReferenceModels {
    private ReferenceModels() {
    }

    /** The expected content of {@code out}: used bytes computed from {@code in}, all others as they are. */
    static byte[] apply(final ModelParameters parameters, final FrameFormat format, final byte[] in, final byte[] out) {
        final byte[] expected = out.clone();
        for (int plane = 0; plane < format.planeCount(); plane++) {
            if ("blur".equals(parameters.model().name())) {
                blurPlane(parameters, format, in, plane, expected);
                continue;
            }
            for (int y = 0; y < format.planeRows(plane); y++) {
                for (int x = 0; x < format.planeWidth(plane); x++) {
                    expected[at(format, plane, x, y)] = (byte) sample(parameters, format, in, plane, x, y);
                }
            }
        }
        return expected;
    }

    private static int sample(
        final ModelParameters parameters,
        final FrameFormat format,
        final byte[] in,
        final int plane,
        final int x,
        final int y) {
        final int value = in[at(format, plane, x, y)] & 0xFF;
        final boolean isLuma = plane == 0;
        return switch (parameters.model().name()) {
            case "identity", "blend" -> value; // Nothing was before.
            case "invert" -> isLuma ? Math.max(0, 251 - value) : Math.min(255, 256 - value);
            case "tint" -> isLuma ? value : tint(parameters, isV(format, plane, x) ? "v" : "u", value);
            case "edge" -> isLuma ? edge(parameters, format, in, x, y) : 128;
            default -> throw new AssertionError(parameters.model());
        };
    }

    /** Windows as rows of sums, then as columns of those: a sample at a time would take minutes. */
    private static void blurPlane(
        final ModelParameters parameters, final FrameFormat format, final byte[] in, final int plane,
        final byte[] expected) {
        final int luma = (int) Math.floor(parameters.value("radius") + 0.5);
        final int radius = plane == 0 ? luma : (luma + 1) / 2;
        final int step = plane > 0 && format.pixelFormat() == PixelFormat.NV12 ? 2 : 1;
        final int width = format.planeWidth(plane);
        final int rows = format.planeRows(plane);
        final long[][] across = new long[rows][width];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < width; x++) {
                for (int d = -radius; d <= radius; d++) {
                    final int column = Math.max(0, Math.min(width / step - 1, x / step + d));
                    across[y][x] += in[at(format, plane, column * step + x % step, y)] & 0xFF;
                }
            }
        }
        final double area = (2.0 * radius + 1) * (2.0 * radius + 1);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < width; x++) {
                long sum = 0;
                for (int d = -radius; d <= radius; d++) {
                    sum += across[Math.max(0, Math.min(rows - 1, y + d))][x];
                }
                expected[at(format, plane, x, y)] = (byte) Math.floor(sum / area + 0.5);
            }
        }
    }

    private static int tint(final ModelParameters parameters, final String target, final int value) {
        final double t = Math.floor(parameters.value(target) + 0.5);
        final double strength = Math.floor(parameters.value("strength") * 256 + 0.5);
        return value + (int) Math.floor(((t - value) * strength + 128) / 256);
    }

    private static int edge(
        final ModelParameters parameters, final FrameFormat format, final byte[] in, final int x, final int y) {
        final int[][] sobel = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};
        final IntBinaryOperator luma = (px, py) -> in[at(format, 0,
            Math.max(0, Math.min(format.width() - 1, px)), Math.max(0, Math.min(format.height() - 1, py)))] & 0xFF;
        int gx = 0;
        int gy = 0;
        for (int dy = 0; dy < 3; dy++) {
            for (int dx = 0; dx < 3; dx++) {
                final int sample = luma.applyAsInt(x + dx - 1, y + dy - 1);
                gx += sobel[dy][dx] * sample;
                gy += sobel[dx][dy] * sample;
            }
        }
        final double gain = Math.floor(parameters.value("gain") * 256 + 0.5);
        return 16 + (int) Math.min(219, Math.floor((Math.abs(gx) + Math.abs(gy)) * gain / 1024));
    }

    private static boolean isV(final FrameFormat format, final int plane, final int x) {
        return format.pixelFormat() == PixelFormat.I420 ? plane == 2 : x % 2 == 1;
    }

    private static int at(final FrameFormat format, final int plane, final int x, final int y) {
        return format.planeOffset(plane) + y * format.planeStride(plane) + x;
    }
}
