package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Where a relay publishes to: keeps the numbers of the source as long as they go up, opens the channel again when its
 * server comes back, and waits where the server takes nothing. One thread, which it blocks.
 * <p>
 * Missing numbers become empty segments, so that readers which wait for one of them go on at once; more than
 * {@value #MAX_FILLED} of them become a gap. Numbers that go back, because the source began anew, are shifted to follow
 * what was published.
 */
final class RelayTarget implements AutoCloseable {
    static final int MAX_FILLED = 64;
    private static final int MAX_OFFER = 64 * 1024;
    private static final long STEP_NS = 1_000_000L;
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final HttpTrickle trickle;
    private final String channel;
    private final long patienceNs;
    private final BooleanSupplier cancelled;
    private final RelayLog log;
    private TricklePublisher publisher;
    private SegmentWriter segment;
    private long shift;
    private long next;
    private boolean refused;

    /**
     * @param trickle    stays the caller's.
     * @param channel    name of the channel.
     * @param patienceNs how long a server that cannot be published to is tried again.
     * @param cancelled  ends waits early; what is under way is given up then.
     * @param log        told what goes wrong.
     */
    RelayTarget(
        final HttpTrickle trickle, final String channel, final long patienceNs, final BooleanSupplier cancelled,
        final RelayLog log) {
        this.trickle = trickle;
        this.channel = channel;
        this.patienceNs = patienceNs;
        this.cancelled = cancelled;
        this.log = log;
    }

    /**
     * Begins a segment.
     *
     * @param sequence    number at the source.
     * @param contentType of the source; decides where the channel is created.
     * @throws JobException when the server cannot be published to for too long.
     */
    void begin(final long sequence, final String contentType) {
        if (publisher != null && publisher.failure() != null) {
            log.onTargetLost(publisher.failure());
            leave();
        }
        if (publisher == null) {
            connect(sequence, contentType);
        }
        if (publisher != null) {
            moveTo(sequence, contentType);
            segment = publisher.beginSegment();
            next++;
            refused = false;
        }
    }

    /** Passes bytes on; consumed. */
    void write(final ByteBuffer bytes) {
        final int end = bytes.limit();
        while (segment != null && !refused && bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + MAX_OFFER));
            refused = !offer(bytes);
            bytes.limit(end);
        }
    }

    /**
     * Ends the segment.
     *
     * @param intact whether the source had its end.
     * @return whether all of it was passed on.
     */
    boolean end(final boolean intact) {
        if (segment == null) {
            return false;
        }
        if (intact && !refused) {
            segment.complete();
        } else {
            segment.abort();
        }
        segment = null;
        return !refused;
    }

    /** The stream is over: closes the channel. */
    void finish() {
        if (publisher != null) {
            publisher.close();
        }
    }

    /** Gives up an open segment and leaves the channel to whoever comes next. */
    @Override
    public void close() {
        end(false);
        leave();
    }

    private void leave() {
        if (publisher != null) {
            publisher.leave();
            publisher = null;
        }
    }

    private boolean offer(final ByteBuffer piece) {
        int outcome = segment.offer(piece);
        if (outcome == SegmentWriter.BACK_PRESSURED) {
            log.onBackPressure();
        }
        while (outcome == SegmentWriter.BACK_PRESSURED && !cancelled.getAsBoolean()) {
            LockSupport.parkNanos(STEP_NS);
            outcome = segment.offer(piece);
        }
        return outcome >= 0;
    }

    /** Makes the next segment have the number of the source, shifted. */
    private void moveTo(final long sequence, final String contentType) {
        if (sequence + shift < next) {
            shift = next - sequence;
            log.onShifted(sequence, next);
        }
        final long number = sequence + shift;
        if (number - next > MAX_FILLED) {
            publisher.leave();
            publisher = trickle.resume(channel, contentType, number);
            next = number;
        }
        for (; next < number; next++) {
            publisher.beginSegment().complete();
        }
    }

    private void connect(final long sequence, final String contentType) {
        final long deadlineNs = System.nanoTime() + patienceNs;
        while (publisher == null && !cancelled.getAsBoolean()) {
            try {
                trickle.awaitCreate(channel, contentType);
                final long reached = trickle.awaitNext(channel);
                next = reached > 0 ? reached : sequence + shift;
                publisher = trickle.resume(channel, contentType, next);
            } catch (final TrickleException e) {
                if (System.nanoTime() - deadlineNs >= 0) {
                    throw new JobException("TO: " + Failures.describe(e), e);
                }
                log.onTargetUnreachable(e);
                LockSupport.parkNanos(RETRY_NS);
            }
        }
    }
}
