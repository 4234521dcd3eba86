package dev.rill.frame;

/** Which threads run the stages of a {@link FramePipeline}. */
public enum ThreadingMode {
    /** The host's: it calls {@link FramePipeline#invoke()} in a loop. */
    INVOKER,
    /**
     * The threads that the host gives to all its pipelines ({@link MediaThreads}), or one for this one; the default.
     * With fewer than {@value #SPLIT_FROM_THREADS} threads the stages of a pipeline take their turn together, since
     * waking another core costs more than it gains; with more, each stage has turns of its own.
     */
    SHARED,
    /** One thread each for intake and decoding, for the bridge, and for encoding and publishing. */
    DEDICATED;

    /** Number of shared threads from which on the stages of one pipeline may run on several of them. */
    static final int SPLIT_FROM_THREADS = 4;
}
