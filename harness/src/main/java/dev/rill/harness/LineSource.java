package dev.rill.harness;

import dev.rill.jobs.JobException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Publishes each line as a segment of its own, without its line end (LF, or CR LF). Empty lines are left out. One
 * thread.
 */
final class LineSource {
    static final int MAX_LINE = 8 << 20;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final InputReader input;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number = 1;

    /**
     * @param input stays the caller's.
     */
    LineSource(final InputReader input) {
        this.input = input;
    }

    /**
     * Publishes until the input ends or the feed is cancelled.
     *
     * @throws JobException when a line is longer than {@link #MAX_LINE}.
     */
    void run(final SegmentFeed feed) {
        while (!input.isAtEnd() && !feed.isCancelled()) {
            final ByteBuffer bytes = input.poll(LOOK_NS);
            while (bytes != null && bytes.hasRemaining()) {
                final byte next = bytes.get();
                if (next == '\n') {
                    publish(feed);
                    number++;
                } else {
                    append(next);
                }
            }
        }
        publish(feed);
    }

    private void append(final byte next) {
        if (line.size() == MAX_LINE) {
            throw new JobException(413, "line %d: longer than %d bytes".formatted(number, MAX_LINE));
        }
        line.write(next);
    }

    private void publish(final SegmentFeed feed) {
        final byte[] bytes = line.toByteArray();
        line.reset();
        final int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        if (length > 0 && !feed.isCancelled()) {
            feed.begin();
            feed.write(ByteBuffer.wrap(bytes, 0, length));
            feed.end();
        }
    }
}
