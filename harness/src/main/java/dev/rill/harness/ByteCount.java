package dev.rill.harness;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes: {@code 4096}, {@code 8k}, {@code 1m}, {@code 2g}; suffixes are powers of 1024. */
final class ByteCount implements ITypeConverter<Long> {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,15})([kmg]?)", Pattern.CASE_INSENSITIVE);
    private static final String SUFFIXES = "kmg";
    private static final int BITS_PER_SUFFIX = 10;

    @Override
    public Long convert(final String text) {
        final Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            final int shift = matcher.group(2).isEmpty()
                ? 0 : BITS_PER_SUFFIX * (SUFFIXES.indexOf(matcher.group(2).toLowerCase()) + 1);
            final long number = Long.parseLong(matcher.group(1));
            if (number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        }
        throw new TypeConversionException("expected bytes, for instance 4096, 8k, 1m or 2g, got " + text);
    }
}
