package dev.rill.gpu;

import dev.rill.gpu.TensorFormat.Filter;
import dev.rill.gpu.TensorFormat.Fit;
import java.util.function.IntToDoubleFunction;

/** What tensors hold by definition, in doubles, one value at a time. */
final class TensorReference {
    /** What lies at a place of a channel or plane. */
    interface Values {
        double at(int channel, int x, int y);
    }

    private TensorReference() {
    }

    /** A channel (0 red, 1 green, 2 blue) of a pixel of a tensor whose values run from 0 to 1. */
    static double value(
        final FrameSlot frame, final TensorFormat tensor, final Fit fit, final Filter filter, final int channel,
        final int x, final int y, final Colours colours) {
        final int[] shown = {0, 0, frame.format().width(), frame.format().height()};
        final int[] filled = {0, 0, tensor.width(), tensor.height()};
        place(frame.format(), tensor, fit, shown, filled);
        if (x < filled[0] || y < filled[1] || x >= filled[0] + filled[2] || y >= filled[1] + filled[3]) {
            return 0;
        }
        return sample(y - filled[1], filled[3], shown[1], shown[3], frame.format().height(), filter,
            row -> sample(x - filled[0], filled[2], shown[0], shown[2], frame.format().width(), filter,
                column -> channel(frame, column, row, channel, colours)));
    }

    /** A channel of a pixel of a frame; chroma stands for four pixels. */
    static double channel(
        final FrameSlot frame, final int x, final int y, final int channel, final Colours colours) {
        return channel(sample(frame, 0, x, y), chroma(frame, 1, x / 2, y / 2), chroma(frame, 2, x / 2, y / 2), channel,
            colours);
    }

    /** A channel of the pixel with these samples. */
    static double channel(
        final double ySample, final double uSample, final double vSample, final int channel, final Colours colours) {
        final boolean isLimited = colours == Colours.BT601_LIMITED || colours == Colours.BT709_LIMITED;
        final boolean is601 = colours == Colours.BT601_LIMITED || colours == Colours.BT601_FULL;
        final double luma = (ySample - (isLimited ? 16 : 0)) / (isLimited ? 219.0 : 255.0);
        final double u = (uSample - 128) / (isLimited ? 224.0 : 255.0);
        final double v = (vSample - 128) / (isLimited ? 224.0 : 255.0);
        return switch (channel) {
            case 0 -> luma + (is601 ? 1.402 : 1.5748) * v;
            case 1 -> luma - (is601 ? 0.114 * 1.772 / 0.587 : 0.0722 * 1.8556 / 0.7152) * u
                - (is601 ? 0.299 * 1.402 / 0.587 : 0.2126 * 1.5748 / 0.7152) * v;
            default -> luma + (is601 ? 1.772 : 1.8556) * u;
        };
    }

    /** Luma (plane 0) or chroma (1, 2) of one pixel of a frame that a tensor becomes, before rounding. */
    static double pixel(
        final Values channels, final FrameFormat format, final TensorFormat tensor, final Fit fit, final Filter filter,
        final int plane, final int x, final int y, final Colours colours) {
        final int[] shown = {0, 0, format.width(), format.height()};
        final int[] filled = {0, 0, tensor.width(), tensor.height()};
        place(format, tensor, fit, shown, filled);
        if (x < shown[0] || y < shown[1] || x >= shown[0] + shown[2] || y >= shown[1] + shown[3]) {
            return plane == 0 ? 16 : 128;
        }
        final double[] rgb = new double[3];
        for (int channel = 0; channel < 3; channel++) {
            final int c = channel;
            rgb[c] = sample(y - shown[1], shown[3], filled[1], filled[3], tensor.height(), filter,
                row -> sample(x - shown[0], shown[2], filled[0], filled[2], tensor.width(), filter,
                    column -> channels.at(c, column, row)));
        }
        return level(rgb, plane, colours);
    }

    /** Luma (plane 0) or chroma (1, 2) of a pixel of these colours, before rounding. */
    static double level(final double[] rgb, final int plane, final Colours colours) {
        final boolean isLimited = colours == Colours.BT601_LIMITED || colours == Colours.BT709_LIMITED;
        final boolean is601 = colours == Colours.BT601_LIMITED || colours == Colours.BT601_FULL;
        final double red = is601 ? 0.299 : 0.2126;
        final double blue = is601 ? 0.114 : 0.0722;
        final double luma = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2];
        return switch (plane) {
            case 0 -> isLimited ? 16 + 219 * luma : 255 * luma;
            case 1 -> 128 + (isLimited ? 224 : 255) * (rgb[2] - luma) / (2 - 2 * blue);
            default -> 128 + (isLimited ? 224 : 255) * (rgb[0] - luma) / (2 - 2 * red);
        };
    }

    /** IEEE 754 binary16. */
    static double half(final short bits) {
        final int exponent = bits >> 10 & 31;
        final int fraction = bits & 0x3ff;
        final double magnitude = exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.pow(2, exponent - 25.0);
        return bits < 0 ? -magnitude : magnitude;
    }

    private static void place(
        final FrameFormat format, final TensorFormat tensor, final Fit fit, final int[] shown, final int[] filled) {
        final double frame = (double) format.width() / format.height();
        final double wanted = (double) tensor.width() / tensor.height();
        if (fit == Fit.CROP) {
            shown[2] = frame > wanted ? even(format.height() * wanted, format.width()) : format.width();
            shown[3] = frame < wanted ? even(format.width() / wanted, format.height()) : format.height();
            shown[0] = (format.width() - shown[2]) / 4 * 2;
            shown[1] = (format.height() - shown[3]) / 4 * 2;
        } else if (fit == Fit.LETTERBOX) {
            filled[2] = frame < wanted ? whole(tensor.height() * frame, tensor.width()) : tensor.width();
            filled[3] = frame > wanted ? whole(tensor.width() / frame, tensor.height()) : tensor.height();
            filled[0] = (tensor.width() - filled[2]) / 2;
            filled[1] = (tensor.height() - filled[3]) / 2;
        }
    }

    private static int even(final double value, final int most) {
        return Math.max(2, Math.min(most, 2 * (int) Math.floor(value / 2 + 0.5)));
    }

    private static int whole(final double value, final int most) {
        return Math.max(1, Math.min(most, (int) Math.floor(value + 0.5)));
    }

    /** Value i of n along an axis that shows {@code length} of {@code all} values from {@code start} on. */
    private static double sample(
        final int i, final int n, final int start, final int length, final int all, final Filter filter,
        final IntToDoubleFunction values) {
        final double scale = (double) length / n;
        if (n == length) {
            return values.applyAsDouble(start + i);
        }
        if (filter == Filter.AREA) {
            final double from = start + i * scale;
            final double to = start + (i + 1) * scale;
            double sum = 0;
            for (int at = (int) Math.floor(from); at < to && at < all; at++) {
                sum += (Math.min(at + 1, to) - Math.max(at, from)) * values.applyAsDouble(at);
            }
            return sum / scale;
        }
        final double centre = Math.max(0, Math.min(all - 1, start + (i + 0.5) * scale - 0.5));
        final int below = (int) Math.floor(centre);
        return (1 - (centre - below)) * values.applyAsDouble(below)
            + (centre - below) * values.applyAsDouble(Math.min(all - 1, below + 1));
    }

    static double chroma(final FrameSlot frame, final int which, final int x, final int y) {
        return frame.format().pixelFormat() == PixelFormat.I420 ? sample(frame, which, x, y)
            : sample(frame, 1, 2 * x + which - 1, y);
    }

    static double sample(final FrameSlot frame, final int plane, final int x, final int y) {
        final FrameFormat format = frame.format();
        return frame.memory().get(format.planeOffset(plane) + y * format.planeStride(plane) + x) & 0xff;
    }
}
