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

    /** Completes the result; idempotent. */
    @Override
    void close();
}
