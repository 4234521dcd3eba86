package dev.rill.trickle;

/** A failure of the trickle engine outside its hot path: cannot bind, cannot connect, refused configuration. */
public final class TrickleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what, which object, expected, actual.
     */
    public TrickleException(final String message) {
        super(message);
    }

    /**
     * @param message what, which object, expected, actual.
     * @param cause   what the platform said.
     */
    public TrickleException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
