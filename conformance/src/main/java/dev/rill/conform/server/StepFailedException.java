package dev.rill.conform.server;

import dev.rill.conform.Failure;

/** Carries a failure from the step where it happened to the suite. */
final class StepFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    StepFailedException(final Failure failure, final Throwable cause) {
        super(failure.summary(), cause);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
