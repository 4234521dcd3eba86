package dev.rill.frame.media;

import org.junit.jupiter.api.Assumptions;

/** Skips a test aloud. */
public final class Skip {
    private Skip() {
    }

    /** Skips the test that calls, and prints why, unless the condition holds. */
    public static void unless(final boolean condition, final String reason) {
        if (!condition) {
            final StackWalker.StackFrame caller =
                StackWalker.getInstance().walk(frames -> frames.skip(1).findFirst().orElseThrow());
            System.out.println("skipped: " + caller.getClassName() + "." + caller.getMethodName() + ": " + reason);
        }
        Assumptions.assumeTrue(condition, reason);
    }
}
