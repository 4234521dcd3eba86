package dev.rill.gpu;

/** A process does what it must not do: it is replaced. */
final class WorkerFault extends Exception {
    private static final long serialVersionUID = 1L;

    WorkerFault(final String message) {
        super(message);
    }
}
