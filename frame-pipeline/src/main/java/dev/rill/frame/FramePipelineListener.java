package dev.rill.frame;

/**
 * Observes a {@link FramePipeline}. Called on its threads: must return quickly and must not throw. May call any method
 * of the pipeline, {@link FramePipeline#close()} included.
 */
public interface FramePipelineListener {
    /** Observes nothing. */
    FramePipelineListener NONE = new FramePipelineListener() {
    };

    /**
     * A frame was handed to the output channel to its last byte.
     *
     * @param passport borrowed: valid until this method returns.
     */
    default void onFramePublished(final FramePassport passport) {
    }

    /**
     * A video access unit will not become an output frame.
     *
     * @param passport borrowed: valid until this method returns. Of a unit that was lost before it was complete, the
     *                 time and the sequence are {@link FramePassport#UNKNOWN}.
     * @param reason   why; {@link PipelineStats#dropped} counts the same ones.
     */
    default void onFrameDropped(final FramePassport passport, final DropReason reason) {
    }

    /**
     * Something is wrong. Reports of one code come at most once a second.
     *
     * @param error what; a fatal one is followed by {@link #onEnd} with {@link PipelineEnd#FAILED} or
     *              {@link PipelineEnd#OUTPUT_REFUSED}.
     */
    default void onError(final StreamError error) {
    }

    /**
     * The pipeline is over: what can be published is published, and the output channel is closed. Called once; nothing
     * follows. Threads and slots are given back right after; {@link FramePipeline#close()} waits for that.
     *
     * @param end why.
     */
    default void onEnd(final PipelineEnd end) {
    }
}
