package dev.rill.frame.source;

import java.nio.ByteBuffer;

/** Decimal digits of 5 by 7 dots, scaled to the picture, for people. */
final class Digits {
    private static final int COLUMNS = 5;
    private static final int ROWS = 7;
    private static final int ADVANCE = COLUMNS + 1;
    private static final int COUNT = 7;
    private static final byte INK = (byte) 235;
    private static final byte PAPER = 16;

    /** Seven rows of five bits per digit, top row in the highest bits. */
    private static final long[] SHAPES = {
        0b01110_10001_10011_10101_11001_10001_01110L,
        0b00100_01100_00100_00100_00100_00100_01110L,
        0b01110_10001_00001_00010_00100_01000_11111L,
        0b11111_00010_00100_00010_00001_10001_01110L,
        0b00010_00110_01010_10010_11111_00010_00010L,
        0b11111_10000_11110_00001_00001_10001_01110L,
        0b00110_01000_10000_11110_10001_10001_01110L,
        0b11111_00001_00010_00100_01000_01000_01000L,
        0b01110_10001_10001_01110_10001_10001_01110L,
        0b01110_10001_10001_01111_00001_00010_01100L,
    };

    private Digits() {
    }

    /** Draws the last seven digits of a number in the middle of the picture, below {@code top}. */
    static void draw(
        final ByteBuffer luma, final int stride, final int width, final int height, final int top,
        final long number) {
        final int scale = Math.max(1, Math.min(width / (2 * COUNT * ADVANCE), (height - top) / (3 * ROWS)));
        final int left = (width - COUNT * ADVANCE * scale) / 2;
        final int first = top + ((height - top) / 2 - ROWS * scale) / 2;
        long rest = number;
        for (int position = COUNT - 1; position >= 0; position--) {
            drawOne(luma, stride, left + position * ADVANCE * scale, first, scale, SHAPES[(int) (rest % 10)]);
            rest /= 10;
        }
    }

    private static void drawOne(
        final ByteBuffer luma, final int stride, final int left, final int top, final int scale, final long shape) {
        for (int y = 0; y < ROWS * scale; y++) {
            for (int x = 0; x < ADVANCE * scale; x++) {
                final int bit = (ROWS - 1 - y / scale) * COLUMNS + COLUMNS - 1 - x / scale;
                final boolean ink = x < COLUMNS * scale && (shape >>> bit & 1) == 1;
                luma.put((top + y) * stride + left + x, ink ? INK : PAPER);
            }
        }
    }
}
