package dev.rill.jobs.session;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Size of a session's output: members {@code width} and {@code height} among its parameters; live-session
 * specification, section 15.2. Fixed when the session starts.
 *
 * @param width  in pixels, a multiple of 64 in 384..1024; 0 for that of the input.
 * @param height as {@code width}.
 */
public record SessionSize(int width, int height) {
    /** As the input comes: none of the two members was given. */
    public static final SessionSize OF_INPUT = new SessionSize(0, 0);

    private static final String WIDTH = "width";
    private static final String HEIGHT = "height";
    private static final int DEFAULT = 512;
    private static final int MIN = 384;
    private static final int MAX = 1024;
    private static final int STEP = 64;

    /**
     * Reads the size that parameters ask for; where they name one side only, the other is 512.
     *
     * @param params of a start request, or a control document.
     * @return the size, {@link #OF_INPUT} if they name none.
     * @throws IllegalArgumentException naming the member, what was expected and what was found.
     */
    public static SessionSize of(final Map<String, Object> params) {
        return params.containsKey(WIDTH) || params.containsKey(HEIGHT)
            ? new SessionSize(side(params, WIDTH), side(params, HEIGHT)) : OF_INPUT;
    }

    /** The parameters that are left for the model. */
    public static Map<String, Object> without(final Map<String, Object> params) {
        final Map<String, Object> rest = new LinkedHashMap<>(params);
        rest.remove(WIDTH);
        rest.remove(HEIGHT);
        return rest;
    }

    /**
     * Checks that a control document leaves the size as it is.
     *
     * @param document parsed.
     * @throws IllegalArgumentException if it asks for another size.
     */
    public void requireUnchanged(final Map<String, Object> document) {
        final SessionSize asked = of(document);
        if (!asked.equals(OF_INPUT) && !asked.equals(this)) {
            throw new IllegalArgumentException("the size of a session is fixed: expected " + this + ", got " + asked);
        }
    }

    private static int side(final Map<String, Object> params, final String name) {
        final Object value = params.getOrDefault(name, DEFAULT);
        final double side = value instanceof Number number ? number.doubleValue() : 0;
        if (side < MIN || side > MAX || side % STEP != 0) {
            throw new IllegalArgumentException(
                name + ": expected a multiple of 64 in 384..1024, got " + ControlDocument.excerpt(value));
        }
        return (int) side;
    }

    /** For people: {@code 512x512}, or that it is the size of the input. */
    @Override
    public String toString() {
        return width == 0 ? "that of the input" : width + "x" + height;
    }
}
