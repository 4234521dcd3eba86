package dev.rill.trickle;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Options of a context from properties: what a property says is the default, a setter overrides it.
 * <pre>
 *   option              property (with the prefix of its context)    values
 *   maxChannels         trickle.server.max.channels                  16384, 16k; k, m and g are powers of 1024
 *   idleTimeoutNs       trickle.server.idle.timeout                  ns, us, ms, s, m, h; without one, nanoseconds
 *   http2               trickle.server.http2                         true, false
 *   gapPolicy           trickle.client.gap.policy                    a constant, upper or lower case
 *   tlsKey, basePath    trickle.server.tls.key, …base.path           as they are
 * </pre>
 * Options of other types have no property. A property under the prefix that is no option's is logged as a warning.
 */
final class ContextProperties {
    private static final Logger LOGGER = LoggerFactory.getLogger(ContextProperties.class);
    private static final String TIME_SUFFIX = "Ns";
    private static final Map<String, Long> TIMES = Map.of(
        "", 1L, "ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L,
        "h", 3_600_000_000_000L);
    private static final Map<String, Long> SIZES = Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30);

    private ContextProperties() {
    }

    /**
     * Sets what the properties say.
     *
     * @param context with a setter for each option.
     * @param prefix  of its properties, ending with a dot.
     * @throws IllegalArgumentException if a value cannot be understood; names property, value and what was expected.
     */
    static void apply(final Object context, final String prefix, final Properties properties) {
        Map<String, Method> setters = null;
        for (final String name : properties.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                setters = setters == null ? setters(context.getClass(), prefix) : setters;
                apply(context, setters.get(name), name, properties.getProperty(name));
            }
        }
    }

    /** Every option that has a property, by option, with its value now; what grants access is not shown. */
    static String describe(final Object context) {
        final Map<String, Object> values = new TreeMap<>();
        for (final Method setter : setters(context.getClass(), "").values()) {
            try {
                final Object value = context.getClass().getMethod(setter.getName()).invoke(context);
                final boolean secret = setter.getName().endsWith("Token") && value != null;
                values.put(setter.getName(), secret ? "(set)" : value);
            } catch (final ReflectiveOperationException e) {
                throw new IllegalStateException("option " + setter.getName() + " has no getter", e);
            }
        }
        return context.getClass().getSimpleName() + values;
    }

    /** Setters of options that have a property, by its name. */
    private static Map<String, Method> setters(final Class<?> type, final String prefix) {
        final Map<String, Method> setters = new TreeMap<>();
        for (final Method method : type.getMethods()) {
            if (method.getReturnType() == type && method.getParameterCount() == 1
                && isSupported(method.getParameterTypes()[0])) {
                setters.put(prefix + nameOf(method.getName()), method);
            }
        }
        return setters;
    }

    private static boolean isSupported(final Class<?> type) {
        return type == boolean.class || type == int.class || type == long.class || type == String.class
            || type == Path.class || type.isEnum();
    }

    private static String nameOf(final String option) {
        final boolean time = option.endsWith(TIME_SUFFIX);
        final String words = time ? option.substring(0, option.length() - TIME_SUFFIX.length()) : option;
        return words.replaceAll("([A-Z])", ".$1").toLowerCase(Locale.ROOT);
    }

    private static void apply(final Object context, final Method setter, final String name, final String text) {
        if (setter == null) {
            LOGGER.warn("unknown property: {}", name);
            return;
        }
        try {
            setter.invoke(context, value(setter, name, text.trim()));
        } catch (final InvocationTargetException e) {
            throw new IllegalArgumentException(name + "=" + text + ": " + e.getCause().getMessage(), e.getCause());
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException("cannot set " + name, e);
        }
    }

    private static Object value(final Method setter, final String name, final String text) {
        final Class<?> type = setter.getParameterTypes()[0];
        if (type == String.class) {
            return text;
        }
        if (type == Path.class) {
            return Path.of(text);
        }
        if (type == boolean.class) {
            return flag(name, text);
        }
        if (type.isEnum()) {
            return constant(type, name, text);
        }
        final long number = setter.getName().endsWith(TIME_SUFFIX)
            ? number(name, text, TIMES, "a time as 500ms, in ns, us, ms, s, m or h")
            : number(name, text, SIZES, "a number as 8k, in units or k, m or g");
        if (type == int.class && number != (int) number) {
            throw new IllegalArgumentException(name + "=" + text + ": expected at most " + Integer.MAX_VALUE);
        }
        return type == int.class ? (Object) (int) number : (Object) number;
    }

    private static boolean flag(final String name, final String text) {
        if (!"true".equals(text) && !"false".equals(text)) {
            throw new IllegalArgumentException(name + "=" + text + ": expected true or false");
        }
        return "true".equals(text);
    }

    private static Object constant(final Class<?> type, final String name, final String text) {
        for (final Object constant : type.getEnumConstants()) {
            if (constant.toString().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
            name + "=" + text + ": expected one of " + Arrays.toString(type.getEnumConstants()));
    }

    private static long number(
        final String name, final String text, final Map<String, Long> units, final String expected) {
        int end = 0;
        while (end < text.length() && (Character.isDigit(text.charAt(end)) || end == 0 && text.charAt(0) == '-')) {
            end++;
        }
        final Long unit = units.get(text.substring(end).trim().toLowerCase(Locale.ROOT));
        try {
            if (unit != null) {
                return Math.multiplyExact(Long.parseLong(text.substring(0, end)), unit);
            }
        } catch (final NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(name + "=" + text + ": expected " + expected, e);
        }
        throw new IllegalArgumentException(name + "=" + text + ": expected " + expected);
    }
}
