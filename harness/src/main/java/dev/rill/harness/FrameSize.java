package dev.rill.harness;

import dev.rill.frame.source.FrameNumber;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Width × height as typed, for instance {@code 1280x720}.
 *
 * @param width  pixels, even, 64..{@value #MAX_DIMENSION}.
 * @param height pixels, even, 64..{@value #MAX_DIMENSION}.
 */
record FrameSize(int width, int height) {
    /** Widest and highest frame of a frame pool. */
    static final int MAX_DIMENSION = 16_384;
    /** Largest picture that H.264 allows up to level 5.2: 36864 macroblocks of 256 pixels. */
    static final int MAX_PIXELS = 36_864 * 256;

    private boolean isEncodable() {
        return isEncodable(width) && isEncodable(height) && width * height <= MAX_PIXELS;
    }

    private static boolean isEncodable(final int dimension) {
        return dimension % 2 == 0 && dimension >= FrameNumber.MIN_DIMENSION && dimension <= MAX_DIMENSION;
    }

    /** Reads a size. */
    static final class Converter implements ITypeConverter<FrameSize> {
        @Override
        public FrameSize convert(final String text) {
            final String[] parts = text.toLowerCase(Locale.ROOT).split("x", -1);
            if (parts.length != 2 || !parts[0].matches("[0-9]{1,5}") || !parts[1].matches("[0-9]{1,5}")) {
                throw new TypeConversionException("expected WIDTHxHEIGHT, for instance 1280x720, got " + text);
            }
            final FrameSize size = new FrameSize(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            if (!size.isEncodable()) {
                throw new TypeConversionException(
                    "expected even numbers from %d to %d and at most %d pixels, for instance 1280x720, got %s"
                        .formatted(FrameNumber.MIN_DIMENSION, MAX_DIMENSION, MAX_PIXELS, text));
            }
            return size;
        }
    }
}
