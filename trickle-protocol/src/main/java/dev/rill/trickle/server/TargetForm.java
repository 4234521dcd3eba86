package dev.rill.trickle.server;

import java.util.Locale;

/**
 * Forms of a request target, RFC 9112 section 3.2: {@code /path[?query]}, {@code http://host/path[?query]}, and
 * {@code *} for OPTIONS. Octets outside US-ASCII are taken, as the field's servers do; a fragment is not.
 */
public final class TargetForm {
    private TargetForm() {
    }

    /**
     * Whether a target has a form that its method may have.
     *
     * @param method of the request.
     * @param target as it came, one char per octet.
     * @return false for what must be refused as malformed.
     */
    public static boolean isValid(final String method, final String target) {
        return isPath(method, target) || isAbsolute(target) && isClean(target);
    }

    /**
     * Whether a target has a form that its method may have where scheme and authority are told apart from it.
     *
     * @param method of the request.
     * @param target as it came, one char per octet.
     * @return false for what must be refused as malformed.
     */
    public static boolean isPath(final String method, final String target) {
        return "*".equals(target) ? "OPTIONS".equals(method) : target.startsWith("/") && isClean(target);
    }

    private static boolean isClean(final String target) {
        for (int i = 0; i < target.length(); i++) {
            final char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }

    /** Whether scheme and authority come first. */
    static boolean isAbsolute(final String target) {
        final int end = target.indexOf("://");
        if (end < 0) {
            return false;
        }
        final String scheme = target.substring(0, end).toLowerCase(Locale.ROOT);
        return "http".equals(scheme) || "https".equals(scheme);
    }
}
