package dev.rill.frame.ts;

/** Why {@link TsReader} dropped a unit; each dropped unit has exactly one reason. */
public enum TsLoss {
    /** The continuity counter shows that packets of the unit are missing. */
    CONTINUITY,
    /** Reading began, or resumed, behind the start of the unit. */
    HEADLESS,
    /** The unit ended before the length that its header announces, or its segment was cut off. */
    TRUNCATED,
    /** The unit is longer than the reader's limit. */
    TOO_LARGE,
    /** The PES header is malformed or of a kind without times. */
    BAD_HEADER,
    /** The unit carries no presentation time. */
    NO_TIME
}
