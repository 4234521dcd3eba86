package dev.rill.frame.status;

/** State of a live stream; the names are those of the status event (live-session specification, section 10.2). */
public enum StreamState {
    /** The model is not ready. */
    LOADING,
    /** Ready, without a stream. */
    OFFLINE,
    /** Frames come in and go out. */
    ONLINE,
    /** The input stalls, or comes too slowly. */
    DEGRADED_INPUT,
    /** The output stalls or comes too slowly, or there was an error a short time ago. */
    DEGRADED_INFERENCE,
    /** Failed; the stream is stopped. */
    ERROR
}
