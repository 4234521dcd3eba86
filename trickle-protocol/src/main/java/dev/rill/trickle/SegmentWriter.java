package dev.rill.trickle;

import java.nio.ByteBuffer;

/** Writes one segment. Same thread as its {@link TricklePublisher}. */
public interface SegmentWriter {
    /** Outcome of {@link #offer}: nothing was taken because too many bytes are on their way; try again later. */
    int BACK_PRESSURED = -1;

    /** Outcome of {@link #offer}: nothing was taken and nothing will be; see {@link TricklePublisher#failure()}. */
    int CLOSED = -2;

    /** Number of this segment. */
    long sequence();

    /**
     * Appends bytes to the segment: all of them or none. Copies them once, into the block from which they are sent and
     * read; the caller keeps {@code source}, whose position moves only when the bytes were taken. Never blocks.
     *
     * @param source bytes from position to limit, direct or heap.
     * @return number of bytes taken, or {@link #BACK_PRESSURED} or {@link #CLOSED}.
     */
    int offer(ByteBuffer source);

    /** Ends the segment. Further offers answer {@link #CLOSED}. Idempotent. */
    void complete();

    /** Gives the segment up: readers see its end, the peer is told that the rest will not come. Idempotent. */
    void abort();
}
