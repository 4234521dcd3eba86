package dev.rill.jobs;

/** A session that cannot start or cannot go on, in one line for people. */
public final class JobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status  HTTP status that names the class of the failure towards a peer.
     * @param message what, which object, expected, actual.
     */
    public JobException(final int status, final String message) {
        super(message);
        this.status = status;
    }

    /**
     * @param message what, which object, expected, actual.
     * @param cause   what the platform said.
     */
    public JobException(final String message, final Throwable cause) {
        super(message, cause);
        status = 500;
    }

    /** HTTP status of the failure, 400..599. */
    public int status() {
        return status;
    }
}
