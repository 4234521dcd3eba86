package dev.rill.frame.source;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import java.nio.ByteBuffer;

/**
 * A number burned into the top of a picture that survives lossy coding, colour effects and inversion.
 * <pre>
 *  | 1 0 1 0 | b31 b30 ............... b1 b0 | c3 c2 c1 c0 |     40 blocks, white = 1, black = 0
 *  | sync    | number, highest bit first     | check       |
 * </pre>
 * Blocks are at least {@value #MIN_BLOCK} pixels wide and high. From {@value #ONE_ROW_WIDTH} pixels of width on they
 * form one row over the width of the picture, below that several rows. The sync blocks tell which of the two shades
 * means 1; the check is the exclusive or of the eight groups of four bits, and 0101. Only luma is read.
 */
public final class FrameNumber {
    /** What {@link #read} returns when there is no number, or it cannot be trusted. */
    public static final long NONE = -1;

    /** Smallest picture, in pixels, in either direction. */
    public static final int MIN_DIMENSION = 64;

    private static final int MIN_BLOCK = 8;
    private static final int SYNC_BITS = 4;
    private static final int NUMBER_BITS = 32;
    private static final int CHECK_BITS = 4;
    private static final int BLOCKS = SYNC_BITS + NUMBER_BITS + CHECK_BITS;
    private static final int ONE_ROW_WIDTH = BLOCKS * MIN_BLOCK;
    private static final int MAX_BLOCK_HEIGHT = 24;
    private static final long SYNC = 0b1010;
    private static final long CHECK_SEED = 0b0101;
    private static final long NUMBER_MASK = 0xFFFF_FFFFL;
    private static final int BLACK = 16;
    private static final int WHITE = 235;
    private static final int LEAST_CONTRAST = 48;

    private FrameNumber() {
    }

    /**
     * Draws a number.
     *
     * @param slot   picture to draw into, at least {@value #MIN_DIMENSION} pixels wide and high.
     * @param number 0 to 2^32 - 1.
     */
    public static void draw(final FrameSlot slot, final long number) {
        final FrameFormat format = slot.format();
        draw(slot.plane(0), format.planeStride(0), format.width(), format.height(), number);
    }

    /**
     * Draws a number.
     *
     * @param luma   luma plane; absolute access from index 0.
     * @param stride distance of rows in bytes.
     * @param width  in pixels, at least {@value #MIN_DIMENSION}.
     * @param height in pixels, at least {@value #MIN_DIMENSION}.
     * @param number 0 to 2^32 - 1.
     */
    public static void draw(
        final ByteBuffer luma, final int stride, final int width, final int height, final long number) {
        checkSize(width, height);
        if (number < 0 || number > NUMBER_MASK) {
            throw new IllegalArgumentException("frame number: expected 0 to 2^32 - 1, actual " + number);
        }
        final long bits = SYNC << NUMBER_BITS + CHECK_BITS | number << CHECK_BITS | check(number);
        for (int block = 0; block < BLOCKS; block++) {
            final boolean one = (bits >>> BLOCKS - 1 - block & 1) == 1;
            fill(luma, stride, width, height, block, (byte) (one ? WHITE : BLACK));
        }
    }

    private static void fill(
        final ByteBuffer luma, final int stride, final int width, final int height, final int block,
        final byte shade) {
        final int columns = columns(width);
        final int left = block % columns * width / columns;
        final int right = (block % columns + 1) * width / columns;
        final int top = block / columns * blockHeight(height);
        for (int y = top; y < top + blockHeight(height); y++) {
            for (int x = left; x < right; x++) {
                luma.put(y * stride + x, shade);
            }
        }
    }

    /**
     * Reads a number.
     *
     * @param slot picture to read.
     * @return the number, or {@link #NONE}.
     */
    public static long read(final FrameSlot slot) {
        final FrameFormat format = slot.format();
        return read(slot.plane(0), format.planeStride(0), format.width(), format.height());
    }

    /**
     * Reads a number.
     *
     * @param luma   luma plane; absolute access from index 0.
     * @param stride distance of rows in bytes.
     * @param width  in pixels.
     * @param height in pixels.
     * @return the number, or {@link #NONE}.
     */
    public static long read(final ByteBuffer luma, final int stride, final int width, final int height) {
        checkSize(width, height);
        final int one = (mean(luma, stride, width, height, 0) + mean(luma, stride, width, height, 2)) / 2;
        final int zero = (mean(luma, stride, width, height, 1) + mean(luma, stride, width, height, 3)) / 2;
        if (Math.abs(one - zero) < LEAST_CONTRAST) {
            return NONE;
        }
        long bits = 0;
        for (int block = 0; block < BLOCKS; block++) {
            final int shade = mean(luma, stride, width, height, block);
            bits = bits << 1 | (Math.abs(shade - one) < Math.abs(shade - zero) ? 1 : 0);
        }
        final long number = bits >>> CHECK_BITS & NUMBER_MASK;
        final boolean valid = bits >>> NUMBER_BITS + CHECK_BITS == SYNC
            && (bits & (1 << CHECK_BITS) - 1) == check(number);
        return valid ? number : NONE;
    }

    /** Mean of the inner half of a block, which coding leaves alone. */
    private static int mean(
        final ByteBuffer luma, final int stride, final int width, final int height, final int block) {
        final int columns = columns(width);
        final int blockHeight = blockHeight(height);
        final int left = block % columns * width / columns;
        final int blockWidth = (block % columns + 1) * width / columns - left;
        final int top = block / columns * blockHeight;
        int sum = 0;
        int count = 0;
        for (int y = top + blockHeight / 4; y < top + blockHeight * 3 / 4; y++) {
            for (int x = left + blockWidth / 4; x < left + blockWidth * 3 / 4; x++) {
                sum += luma.get(y * stride + x) & 0xFF;
                count++;
            }
        }
        return sum / count;
    }

    /** Rows of the picture that a number takes, from the top. */
    static int height(final int width, final int height) {
        final int columns = columns(width);
        return (BLOCKS + columns - 1) / columns * blockHeight(height);
    }

    private static int columns(final int width) {
        return Math.min(BLOCKS, width / MIN_BLOCK);
    }

    private static int blockHeight(final int height) {
        return Math.max(MIN_BLOCK, Math.min(MAX_BLOCK_HEIGHT, height / 30)) & ~1;
    }

    private static long check(final long number) {
        long check = CHECK_SEED;
        for (int shift = 0; shift < NUMBER_BITS; shift += CHECK_BITS) {
            check ^= number >>> shift & (1 << CHECK_BITS) - 1;
        }
        return check;
    }

    private static void checkSize(final int width, final int height) {
        if (width < MIN_DIMENSION || height < MIN_DIMENSION) {
            throw new IllegalArgumentException("frame number: expected a picture of at least " + MIN_DIMENSION + "x"
                + MIN_DIMENSION + ", actual " + width + "x" + height);
        }
    }
}
