package dev.rill.harness;

import dev.rill.trickle.Trickle;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads where a subscription begins. */
final class StartPosition implements ITypeConverter<Long> {
    /** The oldest segment that the server still has. */
    static final long OLDEST = Long.MIN_VALUE;

    @Override
    public Long convert(final String text) {
        return switch (text) {
            case "current" -> Trickle.CURRENT;
            case "next", "now" -> Trickle.NEXT;
            case "oldest" -> OLDEST;
            default -> number(text);
        };
    }

    private static long number(final String text) {
        if (text.matches("[0-9]{1,18}")) {
            return Long.parseLong(text);
        }
        throw new TypeConversionException("expected current, next, oldest or a segment number, got " + text);
    }
}
