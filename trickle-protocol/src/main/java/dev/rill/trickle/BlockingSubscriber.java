package dev.rill.trickle;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads a channel segment by segment, each as an input stream, and waits for what has not come yet; for any carriage.
 * <pre>{@code
 *   try (BlockingSubscriber subscriber = new BlockingSubscriber(trickle.subscribe("camera", Trickle.CURRENT))) {
 *       for (SegmentInputStream segment = subscriber.next(timeoutNs); segment != null;
 *           segment = subscriber.next(timeoutNs)) {
 *           segment.transferTo(output);
 *       }
 *       // subscriber.endReason() tells the end from a time-out
 *   }
 * }</pre>
 * Not thread-safe: one thread reads, this and the streams. {@link #close} may be called by any thread; whoever waits
 * then returns at once.
 */
public final class BlockingSubscriber implements AutoCloseable {
    private static final long FOR_EVER_NS = Long.MAX_VALUE / 2;

    private final TrickleSubscriber subscriber;
    private final Events events = new Events();
    private volatile Thread waiting;
    private volatile EndReason endReason;
    private SegmentInputStream current;
    private long skipped;
    private byte[] target;
    private int targetOffset;
    private int targetLength;
    private int copied;
    private byte[] rest = new byte[0];
    private int restOffset;
    private int restLength;

    /**
     * @param subscriber polled and closed by this adapter only.
     */
    public BlockingSubscriber(final TrickleSubscriber subscriber) {
        this.subscriber = subscriber;
        subscriber.onReadable(() -> LockSupport.unpark(waiting));
    }

    /**
     * The next segment, from its first byte, as soon as it has begun. What is left of the one before is skipped.
     *
     * @param timeoutNs longest time to wait, in nanoseconds.
     * @return the segment, or null if the time passed or the subscription is over; see {@link #endReason()}.
     * @throws InterruptedException if interrupted while waiting.
     */
    public SegmentInputStream next(final long timeoutNs) throws InterruptedException {
        final long deadlineNs = deadline(timeoutNs);
        target = null;
        final SegmentInputStream before = current;
        while (current == before || current == null || current.isOver()) {
            if (endReason != null || !step(deadlineNs)) {
                return null;
            }
        }
        return current;
    }

    /** Why there will be no more segments, or null while there may be. Any thread. */
    public EndReason endReason() {
        return endReason;
    }

    /** Ends the subscription. Idempotent, any thread. */
    @Override
    public void close() {
        subscriber.close();
        LockSupport.unpark(waiting);
    }

    /** Bytes of the segment that is current, at least one, or -1 at its end. */
    int read(final SegmentInputStream segment, final byte[] bytes, final int offset, final int length)
        throws IOException {
        if (segment != current) {
            throw new IOException("segment " + segment.sequence() + " was left for segment " + current.sequence());
        }
        if (restLength > 0) {
            return takeRest(bytes, offset, length);
        }
        target = bytes;
        targetOffset = offset;
        targetLength = length;
        copied = 0;
        while (!segment.isOver() && copied == 0) {
            stepInStream(segment);
        }
        target = null;
        if (copied == 0 && !segment.isIntact()) {
            throw new IOException("segment " + segment.sequence() + " is torn: its connection broke before its end, or"
                + " the subscription was closed");
        }
        return copied == 0 ? -1 : copied;
    }

    private void stepInStream(final SegmentInputStream segment) throws IOException {
        try {
            step(deadline(FOR_EVER_NS));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            final InterruptedIOException failure = new InterruptedIOException("segment " + segment.sequence());
            failure.initCause(e);
            throw failure;
        }
    }

    private int takeRest(final byte[] bytes, final int offset, final int length) {
        final int taken = Math.min(length, restLength);
        System.arraycopy(rest, restOffset, bytes, offset, taken);
        restOffset += taken;
        restLength -= taken;
        return taken;
    }

    /** Takes in one event, waiting for it; false if the deadline passed first. */
    private boolean step(final long deadlineNs) throws InterruptedException {
        waiting = Thread.currentThread();
        try {
            while (subscriber.poll(events, 1) == 0) {
                final long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, leftNs);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return true;
        } finally {
            waiting = null;
        }
    }

    private static long deadline(final long timeoutNs) {
        return System.nanoTime() + Math.min(FOR_EVER_NS, timeoutNs);
    }

    private final class Events implements SegmentHandler {
        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
            current = new SegmentInputStream(BlockingSubscriber.this, sequence, contentType, skipped);
            skipped = 0;
            restLength = 0;
        }

        @Override
        public void onData(final long sequence, final ByteBuffer bytes) {
            if (target == null) {
                return;
            }
            copied = Math.min(targetLength, bytes.remaining());
            bytes.get(target, targetOffset, copied);
            restOffset = 0;
            restLength = bytes.remaining();
            if (rest.length < restLength) {
                rest = new byte[restLength];
            }
            bytes.get(rest, 0, restLength);
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
            current.end(intact);
        }

        @Override
        public void onGap(final long from, final long to) {
            skipped += to - from;
        }

        @Override
        public void onEnd(final EndReason reason) {
            if (current != null && !current.isOver()) {
                current.end(false);
            }
            endReason = reason;
        }
    }
}
