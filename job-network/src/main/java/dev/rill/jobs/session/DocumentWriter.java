package dev.rill.jobs.session;

import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;

/** Publishes one document per segment, in one write. Single-threaded; owns its publisher. */
public final class DocumentWriter implements AutoCloseable {
    private final TricklePublisher publisher;
    private long refused;

    /**
     * @param publisher closed with this writer.
     */
    public DocumentWriter(final TricklePublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Publishes a document, or counts it as refused when the channel takes nothing any more.
     *
     * @param document UTF-8 JSON.
     * @return whether it was taken.
     */
    public boolean write(final byte[] document) {
        if (publisher.failure() != null) {
            refused++;
            return false;
        }
        final SegmentWriter segment = publisher.beginSegment();
        final boolean taken = segment.offer(ByteBuffer.wrap(document)) == document.length;
        if (taken) {
            segment.complete();
        } else {
            segment.abort();
            refused++;
        }
        return taken;
    }

    /** Documents that were not taken. */
    public long refused() {
        return refused;
    }

    @Override
    public void close() {
        publisher.close();
    }
}
