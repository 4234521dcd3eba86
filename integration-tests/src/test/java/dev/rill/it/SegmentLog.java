package dev.rill.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Keeps what a subscription delivers, as text by segment number. One thread. */
final class SegmentLog implements SegmentHandler {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Map<Long, String> segments = new TreeMap<>();
    private String contentType = "";
    private long begun = -1;
    private long ended = -1;
    private EndReason end;

    /** Polls until a condition holds; fails with what was seen when that takes too long. */
    void pollUntil(final TrickleSubscriber subscriber, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as("time left; seen: " + this).isNegative();
            if (subscriber.poll(this, 64) == 0) {
                LockSupport.parkNanos(1_000_000L);
            }
        }
    }

    boolean hasBegun(final long sequence) {
        return begun >= sequence;
    }

    boolean hasEnded(final long sequence) {
        return ended >= sequence;
    }

    Map<Long, String> segments() {
        return segments;
    }

    String contentType() {
        return contentType;
    }

    EndReason end() {
        return end;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String type) {
        begun = sequence;
        contentType = type;
        segments.put(sequence, "");
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        segments.merge(sequence, UTF_8.decode(bytes).toString(), String::concat);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        ended = sequence;
    }

    @Override
    public void onGap(final long from, final long to) {
        segments.put(from, "gap to " + to);
    }

    @Override
    public void onEnd(final EndReason reason) {
        end = reason;
    }

    @Override
    public String toString() {
        return segments + ", end " + end;
    }
}
