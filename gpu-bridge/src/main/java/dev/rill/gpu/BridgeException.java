package dev.rill.gpu;

/** A device, pool or session could not be opened or closed; the message says what and why. */
public final class BridgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * Makes the exception.
     *
     * @param code    stable negative code, see {@link BridgeSession} and the header of the native library.
     * @param message what failed, expected, actual.
     */
    public BridgeException(final int code, final String message) {
        super(message);
        this.code = code;
    }

    /** Stable negative code of the failure. */
    public int code() {
        return code;
    }
}
