package dev.rill.trickle.local;

import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.channel.SegmentAppender;
import java.nio.ByteBuffer;

/** Writes one segment into pooled blocks; refuses from the start if there is no appender. */
final class LocalSegmentWriter implements SegmentWriter {
    private final SegmentAppender appender;
    private final long sequence;
    private final LocalPublisher publisher;
    private boolean open;

    LocalSegmentWriter(final SegmentAppender appender, final long sequence, final LocalPublisher publisher) {
        this.appender = appender;
        this.sequence = appender == null ? sequence : appender.sequence();
        this.publisher = publisher;
        this.open = appender != null;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public int offer(final ByteBuffer source) {
        if (!publisher.enter()) {
            return CLOSED;
        }
        try {
            final int stored = open ? appender.appendCopy(source) : SegmentAppender.CLOSED;
            return stored >= 0 ? stored : stored == SegmentAppender.BACK_PRESSURED ? BACK_PRESSURED : CLOSED;
        } finally {
            publisher.exit();
        }
    }

    @Override
    public void complete() {
        if (publisher.enter()) {
            try {
                end();
            } finally {
                publisher.exit();
            }
        }
    }

    @Override
    public void abort() {
        if (publisher.enter()) {
            try {
                if (open) {
                    open = false;
                    appender.abort();
                }
            } finally {
                publisher.exit();
            }
        }
    }

    boolean isOpen() {
        return open;
    }

    void end() {
        if (open) {
            open = false;
            appender.complete(null);
        }
    }
}
