package dev.rill.trickle;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * One segment of a {@link BlockingSubscriber}, readable while it is still being written. Valid until the next one is
 * asked for. Same thread as its subscriber.
 * <p>
 * Reading waits for bytes and ends with -1 only when the whole segment was read; one that was torn or left for
 * the next, fails with an {@link IOException}. Closing skips the rest.
 */
public final class SegmentInputStream extends InputStream {
    private final BlockingSubscriber subscriber;
    private final long sequence;
    private final String contentType;
    private final long skippedBefore;
    private final byte[] single = new byte[1];
    private boolean over;
    private boolean intact;
    private boolean closed;

    SegmentInputStream(final BlockingSubscriber subscriber, final long sequence, final String contentType,
        final long skippedBefore) {
        this.subscriber = subscriber;
        this.sequence = sequence;
        this.contentType = contentType;
        this.skippedBefore = skippedBefore;
    }

    /** Number of the segment. */
    public long sequence() {
        return sequence;
    }

    /** Type of the channel, never null, possibly empty. */
    public String contentType() {
        return contentType;
    }

    /** Number of segments that were lost between the one before and this. */
    public long skippedBefore() {
        return skippedBefore;
    }

    /** Whether the end has been seen and is a clean one, as far as the carriage can tell. */
    public boolean isIntact() {
        return over && intact;
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(final byte[] bytes, final int offset, final int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("segment " + sequence + ": stream is closed");
        }
        return length == 0 ? 0 : subscriber.read(this, bytes, offset, length);
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isOver() {
        return over;
    }

    void end(final boolean cleanly) {
        over = true;
        intact = cleanly;
    }
}
