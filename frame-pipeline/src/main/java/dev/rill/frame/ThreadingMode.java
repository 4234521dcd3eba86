package dev.rill.frame;

/** Which threads run the stages of a {@link FramePipeline}. */
public enum ThreadingMode {
    /** The host's: it calls {@link FramePipeline#invoke()} in a loop. */
    INVOKER,
    /** One thread for all stages; the default, right for few cores. */
    SHARED,
    /** One thread each for intake and decoding, for the bridge, and for encoding and publishing. */
    DEDICATED
}
