package dev.rill.conform;

/**
 * An expectation that did not come true. An {@link AssertionError}, so that test frameworks count it as a failure.
 */
public final class Mismatch extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String expected;
    private final String actual;

    /**
     * @param what     thing that was looked at, for instance {@code status}.
     * @param expected what should have been there, printable.
     * @param actual   what was there, printable.
     */
    public Mismatch(final String what, final String expected, final String actual) {
        super(what + ": expected " + expected + ", actual " + actual);
        this.what = what;
        this.expected = expected;
        this.actual = actual;
    }

    /** Thing that was looked at. */
    public String what() {
        return what;
    }

    /** What should have been there. */
    public String expected() {
        return expected;
    }

    /** What was there. */
    public String actual() {
        return actual;
    }
}
