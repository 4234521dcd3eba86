package dev.rill.harness;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where received segments are written to. One thread. */
interface SegmentOutput extends AutoCloseable {
    /** A segment begins. */
    void begin(long sequence, String contentType) throws IOException;

    /** Bytes of the segment that has begun; consumed. */
    void write(ByteBuffer bytes) throws IOException;

    /** The segment is over. */
    void end() throws IOException;

    /** Nothing has arrived for a while: what was written should be visible. */
    void flush() throws IOException;

    @Override
    void close() throws IOException;
}
