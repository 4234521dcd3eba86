package dev.rill.harness;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Width × height as typed, for instance {@code 1280x720}.
 *
 * @param width  pixels.
 * @param height pixels.
 */
record FrameSize(int width, int height) {
    /** Reads a size. */
    static final class Converter implements ITypeConverter<FrameSize> {
        @Override
        public FrameSize convert(final String text) {
            final String[] parts = text.toLowerCase(java.util.Locale.ROOT).split("x", -1);
            if (parts.length == 2 && parts[0].matches("[0-9]{1,5}") && parts[1].matches("[0-9]{1,5}")) {
                return new FrameSize(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            }
            throw new TypeConversionException("expected WIDTHxHEIGHT, for instance 1280x720, got " + text);
        }
    }
}
