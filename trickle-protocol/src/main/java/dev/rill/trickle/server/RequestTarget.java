package dev.rill.trickle.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a request path names. Matching is on the raw path, decoding per path segment (wire specification, section 1.1):
 * <pre>
 *   base channel             CHANNEL
 *   base channel "/" rest    SEGMENT   rest is not looked at here
 *   anything else            NONE
 * </pre>
 *
 * @param kind    which of the above, or {@code MALFORMED} for a broken escape.
 * @param channel decoded name; empty unless a channel is named.
 * @param rest    decoded second segment; empty unless there is one.
 */
record RequestTarget(Kind kind, String channel, String rest) {
    enum Kind { NONE, CHANNEL, SEGMENT, MALFORMED }

    private static final RequestTarget NONE = new RequestTarget(Kind.NONE, "", "");
    private static final RequestTarget MALFORMED = new RequestTarget(Kind.MALFORMED, "", "");

    /**
     * @param path     raw, without query.
     * @param basePath begins and ends with a slash.
     */
    static RequestTarget parse(final String path, final String basePath) {
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
        return new RequestTarget(rest == null ? Kind.CHANNEL : Kind.SEGMENT, channel, second);
    }

    /** Raw path of a request target: without query, fragment, or scheme and authority. */
    static String pathOf(final String uri) {
        int begin = 0;
        if (!uri.startsWith("/") && uri.contains("://")) {
            begin = uri.indexOf('/', uri.indexOf("://") + 3);
            if (begin < 0) {
                return "/";
            }
        }
        int end = begin;
        while (end < uri.length() && uri.charAt(end) != '?' && uri.charAt(end) != '#') {
            end++;
        }
        return uri.substring(begin, end);
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

    private static String decoded(final String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            final int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            final int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                return null;
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
