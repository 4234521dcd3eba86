package dev.rill.trickle;

/** What a request wants of a channel, as an {@link Authorizer} is asked. */
public enum Operation {
    /** {@code POST} of a channel, also of one that exists. */
    CREATE,
    /** The first {@code POST} of a segment on a channel that does not exist yet, after {@link #PUBLISH} was allowed. */
    CREATE_IMPLICIT,
    /** {@code POST} of a segment. */
    PUBLISH,
    /** {@code GET} or {@code HEAD} of a segment, or of the snapshot of the changefeed. */
    READ,
    /** {@code GET} or {@code HEAD} of the pointer. */
    NEXT,
    /** {@code DELETE} of a segment. */
    DROP,
    /** {@code DELETE} of a channel, also of one that does not exist. */
    CLOSE
}
