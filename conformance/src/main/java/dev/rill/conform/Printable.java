package dev.rill.conform;

import java.nio.charset.StandardCharsets;

/** Bytes as one line of ASCII: quoted, with {@code \r}, {@code \n}, {@code \"}, {@code \\} and {@code \xNN}. */
public final class Printable {
    private static final int LIMIT = 600;

    private Printable() {
    }

    /** All bytes; of long ones the beginning and the length. */
    public static String of(final byte[] bytes) {
        final int shown = Math.min(bytes.length, LIMIT);
        final String more = shown < bytes.length ? "… (" + bytes.length + " bytes)" : "";
        return '"' + escape(bytes, 0, shown) + '"' + more;
    }

    /** A text as its UTF-8 bytes; null as {@code nothing}. */
    public static String of(final String text) {
        return text == null ? "nothing" : of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes from {@code begin} to {@code end} without quotes. */
    public static String escape(final byte[] bytes, final int begin, final int end) {
        final StringBuilder out = new StringBuilder();
        for (int i = begin; i < end; i++) {
            final byte b = bytes[i];
            switch (b) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> out.append(b >= ' ' && b < 0x7f ? String.valueOf((char) b) : String.format("\\x%02x", b));
            }
        }
        return out.toString();
    }
}
