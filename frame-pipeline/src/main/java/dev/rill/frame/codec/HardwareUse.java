package dev.rill.frame.codec;

/** Whether a decoder may use a GPU. */
public enum HardwareUse {
    /** Where a GPU really decodes, else the processor; the reason is logged. */
    AUTO,
    /** Never. */
    OFF,
    /** Only; opening a decoder fails without, and so does the first picture that the GPU does not decode. */
    REQUIRED
}
