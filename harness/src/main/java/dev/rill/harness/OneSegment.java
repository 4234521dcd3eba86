package dev.rill.harness;

import dev.rill.conform.server.LocalApi;
import dev.rill.conform.server.LocalRead;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The first segment of a subscription, whole. One thread. */
final class OneSegment implements SegmentHandler {
    /** An in-process reader waits for a number that is ahead: no sign of it for so long counts as not found. */
    private static final long ABSENT_AFTER_NS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean begun;
    private boolean ended;
    private long segment;
    private String type;
    private EndReason reason;

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        if (!begun) {
            begun = true;
            segment = sequence;
            type = contentType;
        }
    }

    @Override
    public void onData(final long sequence, final ByteBuffer data) {
        if (!ended) {
            final byte[] copy = new byte[data.remaining()];
            data.get(copy);
            bytes.writeBytes(copy);
        }
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        ended = true;
    }

    @Override
    public void onGap(final long from, final long to) {
        // What is asked for is gone; the next one is not what was asked for.
        reason = EndReason.CLOSED;
    }

    @Override
    public void onEnd(final EndReason endReason) {
        reason = endReason;
    }

    boolean isOver() {
        return ended || reason != null;
    }

    /** Whether nothing, or not all of it, has come after so long. */
    boolean isLate(final long waitedNs) {
        return waitedNs > (begun ? TIMEOUT_NS : ABSENT_AFTER_NS);
    }

    LocalRead outcome(final long latest) {
        if (ended) {
            return LocalRead.ok(bytes.toString(StandardCharsets.UTF_8), segment, latest, type);
        }
        return LocalRead.error(
            reason == EndReason.CHANNEL_NOT_FOUND ? LocalApi.STREAM_NOT_FOUND
                : begun ? "error:not ended in time" : LocalApi.SEQ_NOT_FOUND);
    }
}
