package dev.rill.harness;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Copies segments into a stream. One thread. */
final class SegmentCopier implements SegmentHandler {
    private static final int CHUNK = 64 * 1024;

    private final OutputStream out;
    private final long limit;
    private final byte[] chunk = new byte[CHUNK];
    private long segments;
    private long bytes;
    private long missed;
    private EndReason endReason;
    private String failure;

    /**
     * @param out   stays the caller's.
     * @param limit segments to copy, 0 for no limit.
     */
    SegmentCopier(final OutputStream out, final long limit) {
        this.out = out;
        this.limit = limit;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        // The bytes speak for themselves.
    }

    @Override
    public void onData(final long sequence, final ByteBuffer data) {
        if (isDone()) {
            return;
        }
        bytes += data.remaining();
        try {
            while (data.hasRemaining()) {
                final int length = Math.min(data.remaining(), CHUNK);
                data.get(chunk, 0, length);
                out.write(chunk, 0, length);
            }
        } catch (final IOException e) {
            failure = "cannot write: " + Failures.describe(e);
        }
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        if (!isDone()) {
            segments++;
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        missed += to - from;
    }

    @Override
    public void onEnd(final EndReason reason) {
        endReason = reason;
    }

    void flush() {
        try {
            out.flush();
        } catch (final IOException e) {
            failure = "cannot write: " + Failures.describe(e);
        }
    }

    boolean isDone() {
        return endReason != null || failure != null || limit > 0 && segments >= limit;
    }

    long segments() {
        return segments;
    }

    long bytes() {
        return bytes;
    }

    long missed() {
        return missed;
    }

    EndReason endReason() {
        return endReason;
    }

    String failure() {
        return failure;
    }
}
