package dev.rill.it;

import dev.rill.it.MediaProbe.Picture;

/** What the built-in models do to a picture, said again in the plainest way, to judge them by. */
final class Effects {
    private Effects() {
    }

    static Picture invert(final Picture in) {
        return new Picture(in.pts(), in.width(), in.height(),
            map(in.y(), sample -> 251 - sample), map(in.u(), sample -> 256 - sample),
            map(in.v(), sample -> 256 - sample));
    }

    static Picture tint(final Picture in, final int u, final int v, final double strength) {
        return new Picture(in.pts(), in.width(), in.height(), in.y(),
            map(in.u(), sample -> sample + (int) Math.round((u - sample) * strength)),
            map(in.v(), sample -> sample + (int) Math.round((v - sample) * strength)));
    }

    /** Mean absolute difference over all samples of all planes, in levels of 255. */
    static double difference(final Picture a, final Picture b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            throw new AssertionError("sizes differ: %dx%d and %dx%d".formatted(
                a.width(), a.height(), b.width(), b.height()));
        }
        final long sum = sum(a.y(), b.y()) + sum(a.u(), b.u()) + sum(a.v(), b.v());
        return (double) sum / (a.y().length + a.u().length + a.v().length);
    }

    /** Mean of a plane. */
    static double mean(final byte[] plane) {
        long sum = 0;
        for (final byte sample : plane) {
            sum += sample & 0xFF;
        }
        return (double) sum / plane.length;
    }

    private static long sum(final byte[] a, final byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
        }
        return sum;
    }

    private static byte[] map(final byte[] plane, final java.util.function.IntUnaryOperator operator) {
        final byte[] result = new byte[plane.length];
        for (int i = 0; i < plane.length; i++) {
            result[i] = (byte) Math.max(0, Math.min(255, operator.applyAsInt(plane[i] & 0xFF)));
        }
        return result;
    }
}
