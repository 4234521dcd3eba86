package dev.rill.frame.codec;

/**
 * A file, stream or codec cannot be used. The message is one line that names the thing, what was expected and what was
 * found, and is fit to be shown to a user as it is.
 */
public class MediaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line: thing, expected, actual. */
    public MediaException(final String message) {
        super(message);
    }

    /**
     * Wraps a failure from below.
     *
     * @param message one line: thing, expected, actual.
     * @param cause   what went wrong underneath.
     */
    public MediaException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
