package dev.rill.frame.batch;

import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.ResultSink;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;

/**
 * A channel that is a file: segments go into a sink as they are written. Writing blocks as files do. What the sink
 * throws ends the channel and is kept. One thread writes and closes.
 */
final class SinkPublisher implements TricklePublisher {
    private final ResultSink sink;
    private long segments;
    private Writer open;
    private boolean closed;
    private volatile MediaException cause;

    SinkPublisher(final ResultSink sink) {
        this.sink = sink;
    }

    /** What the sink threw, or null. Any thread. */
    MediaException cause() {
        return cause;
    }

    /** Units that the sink could not keep; once closed. */
    long droppedUnits() {
        return sink.droppedUnits();
    }

    @Override
    public SegmentWriter beginSegment() {
        if (closed) {
            throw new IllegalStateException("publisher is closed");
        }
        open = new Writer(segments++);
        attempt(sink::beginSegment);
        return open;
    }

    @Override
    public EndReason failure() {
        return cause == null ? null : EndReason.REFUSED;
    }

    @Override
    public int unconfirmedSegments() {
        return 0;
    }

    @Override
    public void leave() {
        close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            sink.close();
        } catch (final MediaException ex) {
            cause = cause == null ? ex : cause;
        }
    }

    private boolean attempt(final Runnable action) {
        if (cause != null) {
            return false;
        }
        try {
            action.run();
            return true;
        } catch (final MediaException ex) {
            cause = ex;
            return false;
        }
    }

    private final class Writer implements SegmentWriter {
        private final long sequence;

        Writer(final long sequence) {
            this.sequence = sequence;
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public int offer(final ByteBuffer source) {
            final int length = source.remaining();
            return open == this && !closed && attempt(() -> sink.accept(source)) ? length : CLOSED;
        }

        @Override
        public void complete() {
            if (open == this) {
                open = null;
                attempt(sink::endSegment);
            }
        }

        @Override
        public void abort() {
            complete();
        }
    }
}
