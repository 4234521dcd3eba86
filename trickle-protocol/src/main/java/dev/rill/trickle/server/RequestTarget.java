package dev.rill.trickle.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a request path names. Matching is on the raw path, decoding per path segment (wire specification, section 1.1):
 * <pre>
 *   base channel             CHANNEL
 *   base channel "/" rest    SEGMENT   rest is not looked at here
 *   "*"                      SERVER
 *   anything else            NONE      dot segments, escaped or not, included
 * </pre>
 *
 * @param kind    which of the above, or {@code MALFORMED} for a broken escape or octets that are not UTF-8.
 * @param channel decoded name; empty unless a channel is named.
 * @param rest    decoded second segment; empty unless there is one.
 */
record RequestTarget(Kind kind, String channel, String rest) {
    enum Kind { NONE, SERVER, CHANNEL, SEGMENT, MALFORMED }

    private static final RequestTarget NONE = new RequestTarget(Kind.NONE, "", "");
    private static final RequestTarget SERVER = new RequestTarget(Kind.SERVER, "", "");
    private static final RequestTarget MALFORMED = new RequestTarget(Kind.MALFORMED, "", "");

    /**
     * @param path     raw, without query.
     * @param basePath begins and ends with a slash.
     */
    static RequestTarget parse(final String path, final String basePath) {
        if ("*".equals(path)) {
            return SERVER;
        }
        if (!path.startsWith(basePath)) {
            return NONE;
        }
        final String local = path.substring(basePath.length());
        final int slash = local.indexOf('/');
        final String name = slash < 0 ? local : local.substring(0, slash);
        final String rest = slash < 0 ? null : local.substring(slash + 1);
        if (name.isEmpty() || rest != null && (rest.isEmpty() || rest.indexOf('/') >= 0)) {
            return NONE;
        }
        final String channel = decoded(name);
        final String second = rest == null ? "" : decoded(rest);
        if (channel == null || second == null) {
            return MALFORMED;
        }
        if (".".equals(channel) || "..".equals(channel)) {
            return NONE; // Clients and intermediaries resolve them away, so no two would agree on what they name.
        }
        return new RequestTarget(rest == null ? Kind.CHANNEL : Kind.SEGMENT, channel, second);
    }

    /** Raw path of a request target: without query, or scheme and authority. */
    static String pathOf(final String uri) {
        int begin = 0;
        if (!uri.startsWith("/") && TargetForm.isAbsolute(uri)) {
            begin = uri.indexOf("://") + 3;
            while (begin < uri.length() && uri.charAt(begin) != '/' && uri.charAt(begin) != '?') {
                begin++;
            }
        }
        final int mark = uri.indexOf('?', begin);
        final String path = uri.substring(begin, mark < 0 ? uri.length() : mark);
        return path.isEmpty() ? "/" : path;
    }

    /** Raw query of a request target, without its question mark; empty if there is none. */
    static String queryOf(final String uri) {
        final int mark = uri.indexOf('?');
        return mark < 0 ? "" : uri.substring(mark + 1);
    }

    /** Value of a field that is a decimal number from 1 to 999999999; 0 for anything else, null included. */
    static int count(final String text) {
        final boolean plausible = text != null && !text.isEmpty() && text.length() <= 9
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return plausible ? Integer.parseInt(text) : 0;
    }

    /** Null for a broken escape and for octets that are not UTF-8: two names must not become one. */
    private static String decoded(final String text) {
        if (isPlain(text)) {
            return text;
        }
        final ByteBuffer octets = ByteBuffer.allocate(text.length());
        int i = 0;
        while (i < text.length()) {
            final char c = text.charAt(i);
            final int octet = c == '%' ? escaped(text, i + 1) : c;
            if (octet < 0) {
                return null;
            }
            octets.put((byte) octet);
            i += c == '%' ? 3 : 1;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
        } catch (final CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isPlain(final String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%' || text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** The octet of two hexadecimal digits, negative if they are not there. */
    private static int escaped(final String text, final int index) {
        if (index + 1 >= text.length()) {
            return -1;
        }
        final int high = Character.digit(text.charAt(index), 16);
        final int low = Character.digit(text.charAt(index + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
