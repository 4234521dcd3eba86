package dev.rill.harness;

import java.util.function.Consumer;

/** Hands options on that were given; the others keep the default of where they go. */
final class Options {
    private Options() {
    }

    static <T> void apply(final T value, final Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    /** The same number, or the largest that is still out of every range. */
    static Integer asInt(final Long value) {
        return value == null ? null : (int) Math.min(value, Integer.MAX_VALUE);
    }
}
