package dev.rill.harness;

import dev.rill.trickle.Trickle;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads where a subscription begins. */
final class StartPosition implements ITypeConverter<Long> {
    @Override
    public Long convert(final String text) {
        if ("current".equals(text)) {
            return Trickle.CURRENT;
        }
        if ("next".equals(text)) {
            return Trickle.NEXT;
        }
        if (text.matches("[0-9]{1,18}")) {
            return Long.valueOf(text);
        }
        throw new TypeConversionException("expected current, next or a segment number, got " + text);
    }
}
