package dev.rill.harness;

/** What the {@code rill} command answers to the shell. */
public final class ExitCode {
    /** Done. */
    public static final int DONE = 0;
    /** Failed; one line on stderr says why. */
    public static final int FAILED = 1;
    /** Wrong usage. */
    public static final int USAGE = 2;

    private ExitCode() {
    }
}
