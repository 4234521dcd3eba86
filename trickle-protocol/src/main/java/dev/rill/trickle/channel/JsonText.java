package dev.rill.trickle.channel;

/** Writes JSON strings, RFC 8259, section 7. */
final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {
    }

    /** Appends a text with its quotation marks; what UTF-8 cannot carry, half a surrogate pair, is escaped too. */
    static void appendTo(final StringBuilder out, final String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || isAlone(text, i)) {
                appendEscaped(out, c);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean isAlone(final String text, final int index) {
        final char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    private static void appendEscaped(final StringBuilder out, final char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >> shift & 0xf));
        }
    }
}
