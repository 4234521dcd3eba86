package dev.rill.frame;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The frames between two changes of an input's video. What changes with it ({@link Change}) takes effect behind the
 * last of them: when each was published or dropped. Any thread.
 */
final class Era {
    private final AtomicInteger open = new AtomicInteger();

    /**
     * A change, in stream order among the audio.
     *
     * @param what   a {@link dev.rill.frame.ts.TsProgram} or a {@link PipelineLines.VideoPresence}.
     * @param before ends with it; no frame is added to it any more.
     * @param after  begins with it.
     */
    record Change(Object what, Era before, Era after) {
    }

    void enter() {
        open.incrementAndGet();
    }

    void leave() {
        open.decrementAndGet();
    }

    /** Whether all of its frames so far have left the pipeline. */
    boolean isEmpty() {
        return open.get() == 0;
    }
}
