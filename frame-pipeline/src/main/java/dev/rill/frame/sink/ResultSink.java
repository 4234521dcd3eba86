package dev.rill.frame.sink;

import dev.rill.frame.source.SegmentSink;

/**
 * Keeps the segments of a result. Single-threaded. Every method throws {@link dev.rill.frame.codec.MediaException}, one
 * line that names the place, when it cannot be written.
 */
public interface ResultSink extends SegmentSink, AutoCloseable {
    /** Where the result goes, for people. */
    String location();

    /** Bytes taken so far. */
    long bytesTaken();

    /** Units that could not be kept, such as audio of a kind the container does not know. */
    long droppedUnits();

    /**
     * Moves on what could not be moved on at once.
     *
     * @return true once nothing is left behind; until then nothing more should be given to this.
     */
    default boolean drain() {
        return true;
    }

    /** Why nothing more can be kept, where that is no exception of a method here; else null. */
    default String failure() {
        return null;
    }

    /** Completes the result; idempotent. */
    @Override
    void close();
}
