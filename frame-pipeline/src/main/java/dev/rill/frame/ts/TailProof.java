package dev.rill.frame.ts;

/**
 * Whether stuffing in a packet proves it the last one of its unit. Nothing in ISO/IEC 13818-1 says so, but multiplexers
 * stuff where nothing else is left to send. It is believed of a stream after {@value #REQUIRED} units in which it was
 * so, or from the start where the program says so, and never again once it was not so. Single-threaded.
 */
final class TailProof {
    /** Units that must have ended in a stuffed packet. */
    static final int REQUIRED = 32;

    private int seen;

    TailProof(final boolean isGiven) {
        seen = isGiven ? REQUIRED : 0;
    }

    boolean isComplete() {
        return seen >= REQUIRED;
    }

    /** A unit ended in its only stuffed packet. */
    void confirm() {
        if (seen >= 0 && seen < REQUIRED) {
            seen++;
        }
    }

    /** A unit went on behind a stuffed packet. */
    void refute() {
        seen = -1;
    }
}
