package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.fail;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Rill's subscriber. */
final class RillReader implements PeerReader, SegmentHandler {
    private final HttpTrickle trickle;
    private final TrickleSubscriber subscriber;
    private final Semaphore readable = new Semaphore(0);
    private final Queue<Received> received = new ArrayDeque<>();
    private Digest digest;
    private long head = -1;
    private EndReason end;

    /** Closes the carriage when it is closed. */
    RillReader(final HttpTrickle trickle, final String channel, final long start) {
        this.trickle = trickle;
        subscriber = trickle.subscribe(channel, start);
        subscriber.onReadable(readable::release);
    }

    @Override
    public Optional<Received> next() {
        pollUntil(() -> !received.isEmpty() || end != null);
        return Optional.ofNullable(received.poll());
    }

    @Override
    public String endReason() {
        return end == EndReason.CHANNEL_CLOSED ? Sent.CHANNEL_CLOSED : String.valueOf(end);
    }

    @Override
    public long awaitHead() {
        head = -1;
        pollUntil(() -> head >= 0);
        return head;
    }

    @Override
    public void close() {
        trickle.close();
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        digest = new Digest();
        head = sequence;
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        digest.add(bytes);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        received.add(new Received(sequence, digest.length(), intact ? digest.hex() : "torn"));
    }

    @Override
    public void onGap(final long from, final long to) {
        // Which segments come tells the same.
    }

    @Override
    public void onEnd(final EndReason reason) {
        end = reason;
    }

    private void pollUntil(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PeerProcess.DEADLINE_MS);
        while (!condition.getAsBoolean()) {
            if (subscriber.poll(this, 1) == 0) {
                awaitReadable(deadlineNs);
            }
        }
    }

    private void awaitReadable(final long deadlineNs) {
        try {
            if (!readable.tryAcquire(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                fail("nothing came; %s", trickle.counters());
            }
            readable.drainPermits();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading", e);
        }
    }
}
