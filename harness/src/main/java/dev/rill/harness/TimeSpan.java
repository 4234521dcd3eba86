package dev.rill.harness;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration: {@code 500ms}, {@code 10s} or {@code 10}, {@code 5m}, {@code 1h}; gives nanoseconds. */
final class TimeSpan implements ITypeConverter<Long> {
    static final long MAX_NS = TimeUnit.DAYS.toNanos(365);
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})(ms|s|m|h|)");
    private static final Map<String, TimeUnit> UNITS = Map.of(
        "ms", TimeUnit.MILLISECONDS, "s", TimeUnit.SECONDS, "", TimeUnit.SECONDS, "m", TimeUnit.MINUTES,
        "h", TimeUnit.HOURS);

    @Override
    public Long convert(final String text) {
        final Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            final long nanos = UNITS.get(matcher.group(2)).toNanos(Long.parseLong(matcher.group(1)));
            if (nanos <= MAX_NS) {
                return nanos;
            }
        }
        throw new TypeConversionException(
            "expected a duration up to a year, for instance 500ms, 10s, 5m or 1h, got " + text);
    }
}
