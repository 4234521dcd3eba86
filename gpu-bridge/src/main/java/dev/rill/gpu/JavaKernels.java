package dev.rill.gpu;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The built-in models in plain Java; the definitions are in {@link Model}. Any thread, several at once unless the model
 * {@linkplain Model#hasState() has a state}.
 */
abstract class JavaKernels {
    private static final int NEUTRAL = 128;

    final FrameFormat format;

    private JavaKernels(final FrameFormat format) {
        this.format = format;
    }

    /** Reads one slot and writes the used bytes of the other; absolute access only. */
    abstract void run(ByteBuffer in, ByteBuffer out, double[] values, RowScratch scratch);

    static JavaKernels of(final Model model, final FrameFormat format) {
        return switch (model.name()) {
            case "blend" -> new Blend(format);
            case "blur" -> new Blur(format);
            case "identity" -> new Identity(format);
            case "invert" -> new Invert(format);
            case "tint" -> new Tint(format);
            case "edge" -> new Edge(format);
            default -> throw new BridgeException(Code.UNSUPPORTED, "device 'java' does not know model '" + model + "'");
        };
    }

    static int round(final double value) {
        return (int) Math.floor(value + 0.5);
    }

    final void copyPlane(final int plane, final ByteBuffer in, final ByteBuffer out) {
        final int stride = format.planeStride(plane);
        final int width = format.planeWidth(plane);
        int at = format.planeOffset(plane);
        for (int y = 0; y < format.planeRows(plane); y++, at += stride) {
            out.put(at, in, at, width);
        }
    }

    private static final class Identity extends JavaKernels {
        Identity(final FrameFormat format) {
            super(format);
        }

        @Override
        void run(final ByteBuffer in, final ByteBuffer out, final double[] values, final RowScratch scratch) {
            for (int plane = 0; plane < format.planeCount(); plane++) {
                copyPlane(plane, in, out);
            }
        }
    }

    private static final class Invert extends JavaKernels {
        Invert(final FrameFormat format) {
            super(format);
        }

        @Override
        void run(final ByteBuffer in, final ByteBuffer out, final double[] values, final RowScratch scratch) {
            for (int plane = 0; plane < format.planeCount(); plane++) {
                invertPlane(plane, in, out, scratch.row);
            }
        }

        private void invertPlane(final int plane, final ByteBuffer in, final ByteBuffer out, final byte[] row) {
            final int stride = format.planeStride(plane);
            final int width = format.planeWidth(plane);
            final int white = plane == 0 ? 251 : 256;
            int at = format.planeOffset(plane);
            for (int y = 0; y < format.planeRows(plane); y++, at += stride) {
                in.get(at, row, 0, width);
                for (int x = 0; x < width; x++) {
                    row[x] = (byte) Math.min(255, Math.max(0, white - (row[x] & 0xFF)));
                }
                out.put(at, row, 0, width);
            }
        }
    }

    private static final class Tint extends JavaKernels {
        Tint(final FrameFormat format) {
            super(format);
        }

        @Override
        void run(final ByteBuffer in, final ByteBuffer out, final double[] values, final RowScratch scratch) {
            final int u = round(values[0]);
            final int v = round(values[1]);
            final int strength = round(values[2] * 256);
            copyPlane(0, in, out);
            if (format.pixelFormat() == PixelFormat.I420) {
                tintPlane(1, in, out, scratch.row, u, u, strength);
                tintPlane(2, in, out, scratch.row, v, v, strength);
            } else {
                tintPlane(1, in, out, scratch.row, u, v, strength);
            }
        }

        private void tintPlane(
            final int plane,
            final ByteBuffer in,
            final ByteBuffer out,
            final byte[] row,
            final int even,
            final int odd,
            final int strength) {
            final int stride = format.planeStride(plane);
            final int width = format.planeWidth(plane);
            int at = format.planeOffset(plane);
            for (int y = 0; y < format.planeRows(plane); y++, at += stride) {
                in.get(at, row, 0, width);
                for (int x = 0; x < width; x++) {
                    final int c = row[x] & 0xFF;
                    final int target = (x & 1) == 0 ? even : odd;
                    row[x] = (byte) (c + (((target - c) * strength + 128) >> 8));
                }
                out.put(at, row, 0, width);
            }
        }
    }

    private static final class Blend extends JavaKernels {
        private final byte[] before;
        private boolean isSet;

        Blend(final FrameFormat format) {
            super(format);
            before = new byte[format.sizeBytes()];
        }

        @Override
        void run(final ByteBuffer in, final ByteBuffer out, final double[] values, final RowScratch scratch) {
            final int share = round(values[0] * 256);
            for (int plane = 0; plane < format.planeCount(); plane++) {
                int at = format.planeOffset(plane);
                for (int y = 0; y < format.planeRows(plane); y++, at += format.planeStride(plane)) {
                    blendRow(in, out, at, format.planeWidth(plane), share, scratch.row);
                }
            }
            isSet = true;
        }

        private void blendRow(
            final ByteBuffer in, final ByteBuffer out, final int at, final int width, final int share,
            final byte[] row) {
            in.get(at, row, 0, width);
            for (int x = 0; x < width; x++) {
                final int value = row[x] & 0xFF;
                final int previous = isSet ? before[at + x] & 0xFF : value;
                row[x] = (byte) (value + (((previous - value) * share + 128) >> 8));
            }
            System.arraycopy(row, 0, before, at, width);
            out.put(at, row, 0, width);
        }
    }

    private static final class Blur extends JavaKernels {
        Blur(final FrameFormat format) {
            super(format);
        }

        @Override
        void run(final ByteBuffer in, final ByteBuffer out, final double[] values, final RowScratch scratch) {
            final int radius = round(values[0]);
            blurPlane(0, 1, radius, in, out, scratch);
            final int step = format.pixelFormat() == PixelFormat.NV12 ? 2 : 1;
            for (int plane = 1; plane < format.planeCount(); plane++) {
                blurPlane(plane, step, (radius + 1) / 2, in, out, scratch);
            }
        }

        /** Sums of columns move down the plane with the window, one row in and one row out. */
        private void blurPlane(
            final int plane, final int step, final int radius, final ByteBuffer in, final ByteBuffer out,
            final RowScratch scratch) {
            final int width = format.planeWidth(plane);
            Arrays.fill(scratch.sums, 0, width, 0);
            for (int y = -radius; y <= radius; y++) {
                addRow(plane, y, 1, in, scratch);
            }
            for (int y = 0; y < format.planeRows(plane); y++) {
                for (int kind = 0; kind < step; kind++) {
                    blurRow(scratch, kind, width / step, step, radius);
                }
                out.put(format.planeOffset(plane) + y * format.planeStride(plane), scratch.result, 0, width);
                addRow(plane, y + radius + 1, 1, in, scratch);
                addRow(plane, y - radius, -1, in, scratch);
            }
        }

        private void addRow(
            final int plane, final int y, final int sign, final ByteBuffer in, final RowScratch scratch) {
            final int row = Math.max(0, Math.min(format.planeRows(plane) - 1, y));
            final int width = format.planeWidth(plane);
            in.get(format.planeOffset(plane) + row * format.planeStride(plane), scratch.row, 0, width);
            for (int x = 0; x < width; x++) {
                scratch.sums[x] += sign * (scratch.row[x] & 0xFF);
            }
        }

        private static void blurRow(
            final RowScratch scratch, final int kind, final int count, final int step, final int radius) {
            final int area = (2 * radius + 1) * (2 * radius + 1);
            int sum = 0;
            for (int x = -radius; x <= radius; x++) {
                sum += scratch.sums[kind + step * Math.max(0, Math.min(count - 1, x))];
            }
            for (int x = 0; x < count; x++) {
                scratch.result[kind + step * x] = (byte) ((sum + area / 2) / area);
                sum += scratch.sums[kind + step * Math.min(count - 1, x + radius + 1)];
                sum -= scratch.sums[kind + step * Math.max(0, x - radius)];
            }
        }
    }

    private static final class Edge extends JavaKernels {
        private static final int BLACK = 16;
        private static final int RANGE = 219;

        Edge(final FrameFormat format) {
            super(format);
        }

        @Override
        void run(final ByteBuffer in, final ByteBuffer out, final double[] values, final RowScratch scratch) {
            final int gain = round(values[0] * 256);
            final int stride = format.planeStride(0);
            final int width = format.width();
            final int last = format.height() - 1;
            for (int y = 0; y <= last; y++) {
                in.get(Math.max(0, y - 1) * stride, scratch.above, 0, width);
                in.get(y * stride, scratch.row, 0, width);
                in.get(Math.min(last, y + 1) * stride, scratch.below, 0, width);
                edgeRow(scratch, width, gain);
                out.put(y * stride, scratch.result, 0, width);
            }
            for (int plane = 1; plane < format.planeCount(); plane++) {
                greyPlane(plane, out, scratch.row);
            }
        }

        private static void edgeRow(final RowScratch scratch, final int width, final int gain) {
            final byte[] a = scratch.above;
            final byte[] c = scratch.row;
            final byte[] b = scratch.below;
            for (int x = 0; x < width; x++) {
                final int l = Math.max(0, x - 1);
                final int r = Math.min(width - 1, x + 1);
                final int gx = u8(a[r]) + 2 * u8(c[r]) + u8(b[r]) - u8(a[l]) - 2 * u8(c[l]) - u8(b[l]);
                final int gy = u8(b[l]) + 2 * u8(b[x]) + u8(b[r]) - u8(a[l]) - 2 * u8(a[x]) - u8(a[r]);
                final int edge = ((Math.abs(gx) + Math.abs(gy)) * gain) >> 10;
                scratch.result[x] = (byte) (BLACK + Math.min(RANGE, edge));
            }
        }

        private void greyPlane(final int plane, final ByteBuffer out, final byte[] row) {
            final int stride = format.planeStride(plane);
            final int width = format.planeWidth(plane);
            Arrays.fill(row, 0, width, (byte) NEUTRAL);
            int at = format.planeOffset(plane);
            for (int y = 0; y < format.planeRows(plane); y++, at += stride) {
                out.put(at, row, 0, width);
            }
        }

        private static int u8(final byte value) {
            return value & 0xFF;
        }
    }
}
