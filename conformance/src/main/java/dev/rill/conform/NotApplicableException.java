package dev.rill.conform;

/** A scenario cannot be asked of this target; the message says why. */
public final class NotApplicableException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason what the target lacks.
     */
    public NotApplicableException(final String reason) {
        super(reason);
    }
}
