package dev.rill.gpu;

/** Where {@link Bridge#measureCopy} copies. */
public enum CopyDirection {
    /** To the device. */
    IN(1),
    /** From the device. */
    OUT(2),
    /** Both ways at once. */
    BOTH(3);

    private final int bits;

    CopyDirection(final int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
