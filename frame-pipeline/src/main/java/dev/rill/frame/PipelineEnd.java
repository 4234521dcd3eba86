package dev.rill.frame;

/** Why a {@link FramePipeline} came to its end. */
public enum PipelineEnd {
    /** The input channel was closed; everything that had arrived is published. */
    CHANNEL_CLOSED,
    /** The medium that is the input came to its end; all of it is in the output. */
    INPUT_ENDED,
    /** The input channel does not exist. */
    CHANNEL_NOT_FOUND,
    /** The peer that carries the input cannot be reached, refuses or is not trusted; what had arrived is published. */
    INPUT_LOST,
    /** The output channel refuses data. */
    OUTPUT_REFUSED,
    /** A fatal {@link StreamError} was reported before. */
    FAILED,
    /** {@link FramePipeline#close()} was called, or the host closed the subscriber. */
    CLOSED
}
