package dev.rill.frame;

/**
 * Something that the user of a stream should know.
 *
 * @param code    what kind of thing.
 * @param fatal   true if the pipeline stops because of it.
 * @param message one line: thing, expected, actual; fit to be shown.
 */
public record StreamError(Code code, boolean fatal, String message) {
    /** Kinds of errors; names are stable. */
    public enum Code {
        /** Segments arrive without video; audio goes on. */
        NO_VIDEO,
        /** The video is not H.264; it is dropped, audio goes on. */
        UNSUPPORTED_VIDEO,
        /** Units of the input are damaged; video resumes at the next keyframe. */
        DAMAGED_INPUT,
        /** Video comes, but has had nothing to begin with for {@value VideoIntake#KEYFRAME_PATIENCE_NS} ns. */
        NO_KEYFRAME,
        /** Segments of the input were lost. */
        INPUT_GAP,
        /** The medium that is the input cannot be read on. */
        INPUT_FAILED,
        /** The decoder cannot be opened or failed. */
        DECODER,
        /** The bridge refused a session or lost its device, or a model failed on a frame. */
        INFERENCE,
        /** Sound cannot be decoded or encoded, or a handler of sound failed: the sound concerned is silent. */
        AUDIO,
        /** The encoder cannot be opened or failed. */
        ENCODER,
        /** The output channel refuses data. */
        OUTPUT_REFUSED,
        /** A defect of the engine. */
        INTERNAL
    }
}
