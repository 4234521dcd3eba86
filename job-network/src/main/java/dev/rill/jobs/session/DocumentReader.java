package dev.rill.jobs.session;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Collects each segment of a JSON channel to its end and hands the whole document on. Single-threaded.
 * <p>
 * Empty segments are skipped. A document beyond {@value #MAX_LENGTH} bytes is dropped and counted, the subscription
 * goes on.
 */
public final class DocumentReader implements SegmentHandler {
    /** Longest document in bytes. */
    public static final int MAX_LENGTH = 1 << 20;

    private final ByteArrayOutputStream document = new ByteArrayOutputStream(1024);
    private final Consumer<byte[]> onDocument;
    private final Consumer<EndReason> onEnd;
    private boolean overlong;
    private long oversized;
    private long skipped;

    /**
     * @param onDocument receives each whole document.
     * @param onEnd      told once when the channel is over.
     */
    public DocumentReader(final Consumer<byte[]> onDocument, final Consumer<EndReason> onEnd) {
        this.onDocument = onDocument;
        this.onEnd = onEnd;
    }

    /** Documents dropped because they were longer than {@link #MAX_LENGTH}. */
    public long oversized() {
        return oversized;
    }

    /** Documents lost because this reader was too slow or a connection broke in mid-document. */
    public long skipped() {
        return skipped;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        document.reset();
        overlong = false;
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        overlong |= document.size() + bytes.remaining() > MAX_LENGTH;
        if (!overlong) {
            final byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            document.write(copy, 0, copy.length);
        }
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        if (overlong) {
            oversized++;
        } else if (!intact) {
            skipped++;
        } else if (document.size() > 0) {
            onDocument.accept(document.toByteArray());
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        skipped += to - from;
    }

    @Override
    public void onEnd(final EndReason reason) {
        onEnd.accept(reason);
    }
}
