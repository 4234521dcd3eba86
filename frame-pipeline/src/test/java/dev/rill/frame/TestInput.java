package dev.rill.frame;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** A subscription that a test fills by hand. */
final class TestInput implements TrickleSubscriber {
    private static final int CHUNK = 1316;

    volatile boolean closed;
    volatile Runnable onPoll = () -> { };
    private final ConcurrentLinkedQueue<Consumer<SegmentHandler>> events = new ConcurrentLinkedQueue<>();
    private volatile Runnable onReadable = () -> { };
    private volatile boolean ended;
    private long sequence;

    TestInput segments(final List<byte[]> segments) {
        segments.forEach(this::segment);
        return this;
    }

    TestInput segment(final byte[] bytes) {
        final long number = sequence++;
        add(handler -> handler.onSegmentBegin(number, "video/mp2t"));
        for (int offset = 0; offset < bytes.length; offset += CHUNK) {
            final ByteBuffer chunk = ByteBuffer.allocateDirect(Math.min(CHUNK, bytes.length - offset));
            chunk.put(bytes, offset, chunk.capacity()).flip();
            add(handler -> handler.onData(number, chunk.asReadOnlyBuffer()));
        }
        add(handler -> handler.onSegmentEnd(number, true));
        return this;
    }

    /** Bytes of a segment that goes on; the first call begins it. */
    TestInput part(final byte[] bytes) {
        if (sequence == 0) {
            sequence++;
            add(handler -> handler.onSegmentBegin(0, "video/mp2t"));
        }
        add(handler -> handler.onData(0, ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
        return this;
    }

    TestInput gap(final int lost) {
        final long from = sequence;
        sequence += lost;
        final long to = sequence;
        add(handler -> handler.onGap(from, to));
        return this;
    }

    TestInput end(final EndReason reason) {
        add(handler -> {
            ended = true;
            handler.onEnd(reason);
        });
        return this;
    }

    boolean isConsumed() {
        return events.isEmpty();
    }

    @Override
    public int poll(final SegmentHandler handler, final int limit) {
        onPoll.run();
        int count = 0;
        Consumer<SegmentHandler> event = count < limit ? events.poll() : null;
        while (event != null) {
            event.accept(handler);
            count++;
            event = count < limit ? events.poll() : null;
        }
        return count;
    }

    @Override
    public void onReadable(final Runnable newOnReadable) {
        onReadable = newOnReadable;
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void add(final Consumer<SegmentHandler> event) {
        events.add(event);
        onReadable.run();
    }
}
