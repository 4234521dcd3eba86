package dev.rill.conform.server;

import java.util.Map;

/**
 * Outcome of {@link LocalApi#read}.
 *
 * @param result   {@link LocalApi#OK}, or an error.
 * @param text     bytes of the segment as UTF-8; empty after an error.
 * @param metadata {@code Lp-Trickle-Seq}, {@code Lp-Trickle-Latest} and {@code Content-Type}; empty after an error.
 */
public record LocalRead(String result, String text, Map<String, String> metadata) {
    /** A segment that was read. */
    public static LocalRead ok(final String text, final long sequence, final long latest, final String contentType) {
        return new LocalRead(LocalApi.OK, text, Map.of(
            "Lp-Trickle-Seq", String.valueOf(sequence),
            "Lp-Trickle-Latest", String.valueOf(latest),
            "Content-Type", contentType));
    }

    /** A segment that was not read. */
    public static LocalRead error(final String result) {
        return new LocalRead(result, "", Map.of());
    }
}
