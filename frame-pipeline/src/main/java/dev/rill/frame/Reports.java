package dev.rill.frame;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks to the host's listener: errors at a bounded rate, the end once. Any thread. What it throws stops here. */
final class Reports {
    private static final Logger LOGGER = LoggerFactory.getLogger(FramePipeline.class);
    private static final long INTERVAL_NS = 1_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final FramePipelineListener listener;
    private final NanoClock clock;
    private final AtomicLongArray lastNs = new AtomicLongArray(StreamError.Code.values().length);
    private final AtomicReference<PipelineEnd> ended = new AtomicReference<>();

    Reports(final FramePipelineListener listener, final NanoClock clock) {
        this.listener = listener;
        this.clock = clock;
        for (int i = 0; i < lastNs.length(); i++) {
            lastNs.set(i, NEVER);
        }
    }

    void published(final FramePassport passport) {
        Events.frame(passport);
        try {
            listener.onFramePublished(passport);
        } catch (final Throwable ex) {
            onListenerFailure(ex);
        }
    }

    void dropped(final FramePassport passport, final DropReason reason) {
        Events.drop(passport, reason);
        try {
            listener.onFrameDropped(passport, reason);
        } catch (final Throwable ex) {
            onListenerFailure(ex);
        }
    }

    /** Reports a fatal error always, others at most once per code and second. */
    void error(final StreamError error) {
        if (ended.get() != null || !error.fatal() && !isDue(error.code().ordinal())) {
            return;
        }
        LOGGER.debug("stream error code={} fatal={} message={}", error.code(), error.fatal(), error.message());
        try {
            listener.onError(error);
        } catch (final Throwable ex) {
            onListenerFailure(ex);
        }
    }

    void warn(final StreamError.Code code, final String message) {
        error(new StreamError(code, false, message));
    }

    /** Why the pipeline ended, or null while it runs. */
    PipelineEnd end() {
        return ended.get();
    }

    boolean end(final PipelineEnd end) {
        if (!ended.compareAndSet(null, end)) {
            return false;
        }
        try {
            listener.onEnd(end);
        } catch (final Throwable ex) {
            onListenerFailure(ex);
        }
        return true;
    }

    private boolean isDue(final int code) {
        final long nowNs = clock.nanoTime();
        final long last = lastNs.get(code);
        return (last == NEVER || nowNs - last >= INTERVAL_NS) && lastNs.compareAndSet(code, last, nowNs);
    }

    private static void onListenerFailure(final Throwable ex) {
        LOGGER.warn("listener threw; ignored", ex);
    }
}
