package dev.rill.trickle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What an {@link Authorizer} says to one operation. Immutable. */
public final class Decision {
    private static final Decision ALLOWED = new Decision(200, "", Map.of());

    private final int status;
    private final String text;
    private final Map<String, String> headers;

    private Decision(final int status, final String text, final Map<String, String> headers) {
        this.status = status;
        this.text = text;
        this.headers = headers;
    }

    /** The operation goes on. */
    public static Decision allow() {
        return ALLOWED;
    }

    /**
     * The operation is answered with an error and nothing else happens.
     *
     * @param status 0 to 999; sent as it is from 400 to 499, any other is answered 400; 0 for none.
     * @param text   sent as the body; empty for the reason phrase of {@code status}, or {@code Bad Request} if there is
     *               none.
     * @return the refusal.
     */
    public static Decision refuse(final int status, final String text) {
        if (status < 0 || status > 999) {
            throw new IllegalArgumentException("status=" + status + ": expected 0..999");
        }
        return new Decision(status, Objects.requireNonNull(text, "text"), Map.of());
    }

    /**
     * Adds a header field to a refusal, as {@code WWW-Authenticate}.
     *
     * @param name  a token.
     * @param value printable ASCII.
     * @return a changed copy.
     * @throws IllegalArgumentException if one of them cannot be sent.
     * @throws IllegalStateException    if this is not a refusal.
     */
    public Decision header(final String name, final String value) {
        if (isAllowed()) {
            throw new IllegalStateException("header " + name + ": a decision that allows has no headers");
        }
        final boolean token = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':');
        if (!token || !value.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new IllegalArgumentException("header " + name + ": expected a token and printable ASCII");
        }
        final Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Decision(status, text, more);
    }

    /** Whether the operation goes on. */
    public boolean isAllowed() {
        return this == ALLOWED;
    }

    /** Status that was stated; 200 if allowed. */
    public int status() {
        return status;
    }

    /** Text that was stated; empty if there is none. */
    public String text() {
        return text;
    }

    /** Header fields of a refusal, in the order of their addition; a copy. */
    public Map<String, String> headers() {
        return new LinkedHashMap<>(headers);
    }

    @Override
    public String toString() {
        return isAllowed() ? "allowed" : "refused " + status + " " + text;
    }
}
