package dev.rill.harness;

/** Turns a failure into the one line that people see. */
final class Failures {
    private Failures() {
    }

    static String describe(final Throwable failure) {
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        final String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message.lines().findFirst().orElse("").strip();
    }
}
