package dev.rill.frame.ts;

/**
 * Continues 33-bit times of one program on a 64-bit line. All streams of the program share one line, so that times of
 * video and audio stay comparable when one of them wraps before the other.
 * <p>
 * The first time stands for itself; each further one is taken as the nearest to the one before, within 2^32 ticks
 * (13 hours) in either direction.
 */
final class TimestampUnwrapper {
    static final long MASK = (1L << 33) - 1;
    private static final int SIGN_SHIFT = Long.SIZE - 33;

    private boolean anchored;
    private long reference;

    /** Unwraps without moving the reference: for a time that belongs to a unit already placed. */
    long near(final long base, final long ticks33) {
        return base + ((ticks33 - base & MASK) << SIGN_SHIFT >> SIGN_SHIFT);
    }

    long unwrap(final long ticks33) {
        reference = anchored ? near(reference, ticks33) : ticks33;
        anchored = true;
        return reference;
    }
}
