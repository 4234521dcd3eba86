package dev.rill.conform;

/** What became of a scenario. */
public enum Verdict {
    /** Every expectation came true. */
    PASSED("PASS"),
    /** An expectation did not come true, or the target could not be reached. */
    FAILED("FAIL"),
    /** It cannot be asked of this target; says nothing about it. */
    NOT_APPLICABLE("N/A ");

    private final String label;

    Verdict(final String label) {
        this.label = label;
    }

    /** Four characters for lists. */
    public String label() {
        return label;
    }
}
