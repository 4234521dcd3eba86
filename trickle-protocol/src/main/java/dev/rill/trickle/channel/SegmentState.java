package dev.rill.trickle.channel;

/**
 * Where a segment stands. Moved by compare-and-set, only forwards:
 * <pre>
 *   from \ to   EXPECTED  WRITING  COMPLETE  ABORTED
 *   EXPECTED       -        yes      yes       yes     first byte; empty body; drop, reset, eviction, close
 *   WRITING        -         -       yes       yes     end of body; drop, reset, eviction, close, lost, too long
 *   COMPLETE       -         -        -         -
 *   ABORTED        -         -        -         -
 * </pre>
 * A segment whose writer was lost stays {@code WRITING} until another writer continues it or its grace time is over.
 */
public enum SegmentState {
    /** A reader or a preconnected writer is waiting for its first byte. */
    EXPECTED,
    /** It has its first byte and may get more. */
    WRITING,
    /** Its writer ended it, possibly empty. */
    COMPLETE,
    /** It was closed without its end. */
    ABORTED;

    /** True for the two states that are final. */
    public boolean isClosed() {
        return this == COMPLETE || this == ABORTED;
    }

    /**
     * The table above.
     *
     * @param next state after the move.
     * @return whether the move is legal.
     */
    public boolean mayMoveTo(final SegmentState next) {
        return !isClosed() && next.ordinal() > ordinal();
    }
}
