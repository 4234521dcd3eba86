package dev.rill.frame.sink;

import java.util.concurrent.atomic.AtomicLong;

/** What a {@link ChannelSink} has written. Written by its thread alone; any thread may read. */
public final class ChannelCounters {
    private final AtomicLong segments = new AtomicLong();
    private final AtomicLong takenBytes = new AtomicLong();
    private final AtomicLong heldBackBytes = new AtomicLong();
    private final AtomicLong publishedBytes = new AtomicLong();

    /** Segments begun. */
    public long segments() {
        return segments.get();
    }

    /** Bytes taken. */
    public long takenBytes() {
        return takenBytes.get();
    }

    /** Bytes copied once more because the channel pushed back. */
    public long heldBackBytes() {
        return heldBackBytes.get();
    }

    /** Bytes that the channel has taken. */
    public long publishedBytes() {
        return publishedBytes.get();
    }

    void onSegment() {
        add(segments, 1);
    }

    void onTaken(final int bytes) {
        add(takenBytes, bytes);
    }

    void onHeldBack(final int bytes) {
        add(heldBackBytes, bytes);
    }

    void onPublished(final int bytes) {
        add(publishedBytes, bytes);
    }

    private static void add(final AtomicLong counter, final int count) {
        counter.setRelease(counter.getPlain() + count);
    }
}
