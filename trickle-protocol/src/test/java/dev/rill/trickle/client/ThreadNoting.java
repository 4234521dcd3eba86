package dev.rill.trickle.client;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/** Notes the thread that brings data. */
final class ThreadNoting implements SegmentHandler {
    private final SegmentHandler target;
    private final AtomicReference<Thread> caller;

    ThreadNoting(final SegmentHandler target, final AtomicReference<Thread> caller) {
        this.target = target;
        this.caller = caller;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        target.onSegmentBegin(sequence, contentType);
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        caller.set(Thread.currentThread());
        target.onData(sequence, bytes);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        target.onSegmentEnd(sequence, intact);
    }

    @Override
    public void onGap(final long from, final long to) {
        target.onGap(from, to);
    }

    @Override
    public void onEnd(final EndReason reason) {
        target.onEnd(reason);
    }
}
