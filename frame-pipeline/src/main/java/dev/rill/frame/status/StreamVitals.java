package dev.rill.frame.status;

/**
 * What the state of a stream follows from. Ages in milliseconds; {@link #NEVER} for what has not happened. Rates in
 * frames per second over a window, {@link Double#NaN} while unknown, which never speaks against a stream.
 *
 * @param failed       whether the stream, or what runs its model, is broken for good.
 * @param ready        whether the model is ready.
 * @param running      whether there is a stream.
 * @param settledMs    how long ago the latest of start, change of parameters and readiness was, less the 2 s that
 *                     everything may take; 0 or more.
 * @param inputAgeMs   since the latest input, or since the start where there was none.
 * @param outputAgeMs  since the latest output.
 * @param errorAgeMs   since the latest error of the model.
 * @param restartAgeMs since what runs the model was restarted.
 * @param inputFps     frames per second that came in.
 * @param outputFps    frames per second that went out.
 */
public record StreamVitals(
    boolean failed,
    boolean ready,
    boolean running,
    long settledMs,
    long inputAgeMs,
    long outputAgeMs,
    long errorAgeMs,
    long restartAgeMs,
    double inputFps,
    double outputFps) {

    /** Age of what has not happened. */
    public static final long NEVER = Long.MAX_VALUE / 4;
}
