package dev.rill.frame.source;

import java.nio.ByteBuffer;

/** Takes segments in order, byte by byte as they come into being. Calls come from one thread. */
public interface SegmentSink {
    /** A segment begins. */
    void beginSegment();

    /**
     * Takes bytes of the segment.
     *
     * @param bytes from position to limit, borrowed: valid until this method returns.
     */
    void accept(ByteBuffer bytes);

    /** The segment is complete. */
    void endSegment();
}
