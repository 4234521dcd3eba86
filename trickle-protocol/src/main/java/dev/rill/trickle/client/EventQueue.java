package dev.rill.trickle.client;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.SpscUnboundedVarHandleArrayQueue;

/**
 * Hands what a subscription receives from its event loop (one producer) to the polling thread (one consumer).
 * <p>
 * Body bytes pass as references to the receive buffers. The queue itself is unbounded; {@link #isFull()} tells the
 * producer to stop reading, and {@code onRoom} is called on the polling thread when half of the limit is free again.
 * Each buffer is charged its length plus {@value #ENTRY_BYTES} bytes, because a small one keeps alive the larger
 * buffer that it was received in.
 */
final class EventQueue {
    private static final int CHUNK_ENTRIES = 256;
    private static final int ENTRY_BYTES = 2048;

    private final SpscUnboundedVarHandleArrayQueue<Object> queue =
        new SpscUnboundedVarHandleArrayQueue<>(CHUNK_ENTRIES);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean starved = new AtomicBoolean();
    private final AtomicBoolean idle = new AtomicBoolean(true);
    private final AtomicBoolean consuming = new AtomicBoolean();
    private final long maxQueuedBytes;
    private final Runnable onRoom;
    private volatile Runnable onReadable;
    private volatile boolean closed;
    private volatile boolean ended;
    private long sequence;
    private boolean segmentOpen;

    EventQueue(final long maxQueuedBytes, final Runnable onRoom) {
        this.maxQueuedBytes = maxQueuedBytes;
        this.onRoom = onRoom;
    }

    /** Producer: segment begun. */
    void begin(final long number, final String contentType) {
        put(new Begin(number, contentType));
    }

    /** Producer: bytes of the segment that has begun. Transfers one reference. */
    void data(final ByteBuf bytes) {
        queuedBytes.getAndAdd(cost(bytes));
        put(bytes);
    }

    /** Producer: segment over. */
    void end(final boolean intact) {
        put(intact ? End.INTACT : End.TORN);
    }

    /** Producer: segments lost. */
    void gap(final long from, final long to) {
        put(new Gap(from, to));
    }

    /** Producer: subscription over. */
    void finish(final EndReason reason) {
        put(reason);
    }

    /**
     * Producer: whether no more should be read. After true, {@code onRoom} will be called.
     */
    boolean isFull() {
        if (queuedBytes.get() <= maxQueuedBytes) {
            return false;
        }
        starved.set(true);
        // The consumer may have drained everything between the two lines above and then saw no starving producer.
        return queuedBytes.get() > maxQueuedBytes / 2 || !starved.compareAndSet(true, false);
    }

    void onReadable(final Runnable listener) {
        onReadable = listener;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    boolean isEnded() {
        return ended;
    }

    /** Consumer: delivers up to {@code limit} events; after {@link #close} the end of the grammar, once. */
    int poll(final SegmentHandler handler, final int limit) {
        if (ended || !consuming.compareAndSet(false, true)) {
            return 0;
        }
        int delivered = 0;
        try {
            while (delivered < limit && !ended && !closed) {
                final Object event = next();
                if (event == null) {
                    break;
                }
                deliver(event, handler);
                delivered++;
            }
            if (closed && !ended) {
                finishClosed(handler);
                delivered++;
            }
        } finally {
            consuming.set(false);
            releaseIfClosed();
        }
        return delivered;
    }

    /** Any thread, after the producer has stopped or together with it: drops and releases what is queued. */
    void close() {
        closed = true;
        releaseIfClosed();
        wake();
    }

    /** Releases what is queued once closed, unless the polling thread is at work, which then does it itself. */
    void releaseIfClosed() {
        while (closed && !queue.isEmpty() && consuming.compareAndSet(false, true)) {
            try {
                for (Object event = queue.poll(); event != null; event = queue.poll()) {
                    if (event instanceof ByteBuf) {
                        ((ByteBuf) event).release();
                    }
                }
            } finally {
                consuming.set(false);
            }
        }
    }

    private Object next() {
        final Object event = queue.poll();
        if (event != null) {
            return event;
        }
        idle.set(true);
        // What was put before the flag was up has woken nobody; look once more. The queue's own accesses are only
        // release and acquire, hence the fences here and in put: one of the two threads sees the other's store.
        VarHandle.fullFence();
        return queue.poll();
    }

    private void put(final Object event) {
        queue.offer(event);
        VarHandle.fullFence();
        wake();
    }

    private void wake() {
        final Runnable listener = onReadable;
        if (listener != null && idle.compareAndSet(true, false)) {
            listener.run();
        }
    }

    private void deliver(final Object event, final SegmentHandler handler) {
        if (event instanceof ByteBuf) {
            deliverBytes((ByteBuf) event, handler);
        } else if (event instanceof Begin) {
            sequence = ((Begin) event).sequence;
            segmentOpen = true;
            handler.onSegmentBegin(sequence, ((Begin) event).contentType);
        } else if (event instanceof End) {
            segmentOpen = false;
            handler.onSegmentEnd(sequence, event == End.INTACT);
        } else if (event instanceof Gap) {
            handler.onGap(((Gap) event).from, ((Gap) event).to);
        } else {
            ended = true;
            handler.onEnd((EndReason) event);
        }
    }

    private void deliverBytes(final ByteBuf bytes, final SegmentHandler handler) {
        final int cost = cost(bytes);
        try {
            if (bytes.nioBufferCount() == 1) {
                handler.onData(sequence, bytes.nioBuffer().asReadOnlyBuffer());
            } else {
                for (final ByteBuffer part : bytes.nioBuffers()) {
                    if (part.hasRemaining()) {
                        handler.onData(sequence, part.asReadOnlyBuffer());
                    }
                }
            }
        } finally {
            bytes.release();
            if (queuedBytes.addAndGet(-cost) <= maxQueuedBytes / 2 && starved.compareAndSet(true, false)) {
                onRoom.run();
            }
        }
    }

    private void finishClosed(final SegmentHandler handler) {
        ended = true;
        if (segmentOpen) {
            segmentOpen = false;
            handler.onSegmentEnd(sequence, false);
        }
        handler.onEnd(EndReason.CLOSED);
    }

    private static int cost(final ByteBuf bytes) {
        return bytes.readableBytes() + ENTRY_BYTES;
    }

    private static final class Begin {
        private final long sequence;
        private final String contentType;

        Begin(final long sequence, final String contentType) {
            this.sequence = sequence;
            this.contentType = contentType;
        }
    }

    private static final class Gap {
        private final long from;
        private final long to;

        Gap(final long from, final long to) {
            this.from = from;
            this.to = to;
        }
    }

    private enum End {
        INTACT, TORN
    }
}
