package dev.rill.frame.source;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import java.nio.ByteBuffer;

/**
 * Paints numbered frames: the number as blocks at the top, colour bars with digits below it, and a moving texture at
 * the bottom. Limited range; BT.709 from 720 lines on, BT.601 below.
 */
final class TestPattern {
    private static final int PERIOD = 128;
    private static final int STEP = 4;
    private static final int NEUTRAL = 128;
    /** White, yellow, cyan, green, magenta, red, blue, black at 75 %. */
    private static final int[] BARS = {0xBFBFBF, 0xBFBF00, 0x00BFBF, 0x00BF00, 0xBF00BF, 0xBF0000, 0x0000BF, 0x000000};

    private final FrameFormat format;
    private final byte[][] bars = new byte[3][];
    private final byte[][] texture = new byte[3][];
    private final int top;
    private final int middle;

    TestPattern(final FrameFormat format) {
        this.format = format;
        top = FrameNumber.height(format.width(), format.height());
        middle = (top + (format.height() - top) * 2 / 3) & ~1;
        for (int plane = 0; plane < bars.length; plane++) {
            bars[plane] = new byte[format.planeWidth(plane)];
            texture[plane] = new byte[format.planeWidth(plane) + PERIOD];
            paintBars(plane);
            paintTexture(plane);
        }
    }

    private void paintBars(final int plane) {
        final byte[] row = bars[plane];
        for (int x = 0; x < row.length; x++) {
            final int colour = BARS[x * BARS.length / row.length];
            row[x] = (byte) sample(plane, colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF);
        }
    }

    private int sample(final int plane, final int red, final int green, final int blue) {
        final boolean hd = format.colours().isBt709();
        final double kr = hd ? 0.2126 : 0.299;
        final double kb = hd ? 0.0722 : 0.114;
        final double luma = kr * red + (1 - kr - kb) * green + kb * blue;
        final double value = switch (plane) {
            case 0 -> 16 + luma * 219 / 255;
            case 1 -> NEUTRAL + (blue - luma) / (2 * (1 - kb)) * 224 / 255;
            default -> NEUTRAL + (red - luma) / (2 * (1 - kr)) * 224 / 255;
        };
        return (int) Math.round(value);
    }

    /** A triangle wave along the row; the row is shifted as it goes down and as time goes on. */
    private void paintTexture(final int plane) {
        final byte[] row = texture[plane];
        for (int x = 0; x < row.length; x++) {
            final int phase = x % PERIOD;
            final int wave = phase < PERIOD / 2 ? phase : PERIOD - phase;
            row[x] = (byte) (plane == 0 ? 40 + 2 * wave : 96 + wave);
        }
    }

    /** Paints frame {@code number} over all of {@code slot}. */
    void paint(final FrameSlot slot, final long number) {
        for (int plane = 0; plane < bars.length; plane++) {
            final int divisor = plane == 0 ? 1 : 2;
            final ByteBuffer samples = slot.plane(plane);
            for (int y = top / divisor; y < format.planeRows(plane); y++) {
                final boolean moving = y >= middle / divisor;
                final int shift = moving ? (int) ((number * STEP / divisor + y) % PERIOD) : 0;
                samples.put(y * format.planeStride(plane), moving ? texture[plane] : bars[plane], shift,
                    format.planeWidth(plane));
            }
        }
        paintNumber(slot, number);
    }

    private void paintNumber(final FrameSlot slot, final long number) {
        for (int plane = 1; plane < bars.length; plane++) {
            final ByteBuffer samples = slot.plane(plane);
            for (int i = 0; i < top / 2 * format.planeStride(plane); i++) {
                samples.put(i, (byte) NEUTRAL);
            }
        }
        final ByteBuffer luma = slot.plane(0);
        FrameNumber.draw(luma, format.planeStride(0), format.width(), format.height(), number);
        Digits.draw(luma, format.planeStride(0), format.width(), format.height(), top, number);
    }
}
