package dev.rill.jobs;

import dev.rill.frame.DropReason;
import dev.rill.frame.FramePassport;
import dev.rill.frame.FramePipelineListener;
import dev.rill.frame.PipelineEnd;
import dev.rill.frame.StreamError;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Listens to the work of one session for its agent and passes everything on to the host's listener. Threads of the work
 * call it, the agent reads it.
 */
final class PipelineWatch implements FramePipelineListener {
    static final int MAX_PENDING_ERRORS = 64;

    private final FramePipelineListener host;
    private final Queue<StreamError> errors = new ArrayBlockingQueue<>(MAX_PENDING_ERRORS);
    private final AtomicLong errorsSuppressed = new AtomicLong();
    private volatile PipelineEnd end;

    PipelineWatch(final FramePipelineListener host) {
        this.host = host;
    }

    @Override
    public void onFramePublished(final FramePassport passport) {
        host.onFramePublished(passport);
    }

    @Override
    public void onFrameDropped(final FramePassport passport, final DropReason reason) {
        host.onFrameDropped(passport, reason);
    }

    @Override
    public void onError(final StreamError error) {
        if (!errors.offer(error)) {
            errorsSuppressed.incrementAndGet();
        }
        host.onError(error);
    }

    @Override
    public void onEnd(final PipelineEnd reason) {
        end = reason;
        host.onEnd(reason);
    }

    /** The oldest error not yet reported, or null. */
    StreamError pollError() {
        return errors.poll();
    }

    /** Forgets errors that will not be reported one by one. */
    void suppressErrors() {
        while (errors.poll() != null) {
            errorsSuppressed.incrementAndGet();
        }
    }

    /** Errors that were not reported one by one. */
    long errorsSuppressed() {
        return errorsSuppressed.get();
    }

    PipelineEnd end() {
        return end;
    }
}
