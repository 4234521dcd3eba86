package dev.rill.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes segments one behind the other into one stream, on request each on a line of its own. One thread. */
final class StreamOutput implements SegmentOutput {
    private static final int CHUNK = 64 * 1024;

    private final OutputStream out;
    private final boolean lines;
    private final byte[] chunk = new byte[CHUNK];
    private boolean empty;

    /**
     * @param out   owned.
     * @param lines whether a line feed follows each segment that has bytes.
     */
    StreamOutput(final OutputStream out, final boolean lines) {
        this.out = out;
        this.lines = lines;
    }

    @Override
    public void begin(final long sequence, final String contentType) {
        empty = true;
    }

    @Override
    public void write(final ByteBuffer bytes) throws IOException {
        empty &= !bytes.hasRemaining();
        while (bytes.hasRemaining()) {
            final int length = Math.min(bytes.remaining(), CHUNK);
            bytes.get(chunk, 0, length);
            out.write(chunk, 0, length);
        }
    }

    @Override
    public void end() throws IOException {
        if (lines && !empty) {
            out.write('\n');
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
