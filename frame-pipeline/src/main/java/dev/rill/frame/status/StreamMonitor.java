package dev.rill.frame.status;

import dev.rill.frame.PipelineProgress;
import java.util.concurrent.TimeUnit;

/**
 * Follows one stream and tells its state. All times are nanoseconds of one monotonic clock, passed in by the caller:
 * who reads counters several times a second and asks for the state once a second. {@link StreamState#ERROR} is final.
 * Single-threaded.
 */
public final class StreamMonitor {
    private static final long ALLOWANCE_MS = 2_000;

    private final RateWindow input = new RateWindow();
    private final RateWindow output = new RateWindow();
    private final LastChange inputUnits = new LastChange();
    private final LastChange outputUnits = new LastChange();
    private final long startNs;
    private long settlingNs;
    private long errorNs;
    private long restartNs;
    private boolean hasError;
    private boolean hasRestart;
    private boolean ready;
    private boolean running = true;
    private boolean failed;
    private StreamState state = StreamState.LOADING;

    /**
     * A stream begins.
     *
     * @param nowNs monotonic time.
     */
    public StreamMonitor(final long nowNs) {
        startNs = nowNs;
        settlingNs = nowNs;
    }

    /** The model is ready. */
    public void onReady(final long nowNs) {
        ready = true;
        settlingNs = nowNs;
    }

    /** Parameters were changed. */
    public void onParameters(final long nowNs) {
        settlingNs = nowNs;
    }

    /** The model reported an error. */
    public void onError(final long nowNs) {
        hasError = true;
        errorNs = nowNs;
    }

    /** What runs the model was started anew. */
    public void onRestart(final long nowNs) {
        hasRestart = true;
        restartNs = nowNs;
    }

    /** The stream ended as it should. */
    public void onEnd() {
        running = false;
    }

    /** The stream is broken for good. */
    public void onFailure() {
        failed = true;
    }

    /**
     * Takes readings of the counters of what came in and went out. Frames make the rates; ages are those of the latest
     * unit of any kind, so that a stream of audio alone is alive.
     *
     * @param progress as it is now.
     * @param nowNs    monotonic time.
     */
    public void sample(final PipelineProgress progress, final long nowNs) {
        input.add(progress.framesIn(), nowNs);
        output.add(progress.framesOut(), nowNs);
        inputUnits.add(progress.framesIn() + progress.audioPacketsIn(), nowNs);
        outputUnits.add(progress.framesOut() + progress.audioPacketsOut(), nowNs);
    }

    /**
     * Derives the state.
     *
     * @param nowNs monotonic time.
     * @return the state now.
     */
    public StreamState evaluate(final long nowNs) {
        state = StreamStateTable.stateOf(vitals(nowNs));
        failed |= state == StreamState.ERROR;
        return state;
    }

    /** State at the latest evaluation. */
    public StreamState state() {
        return state;
    }

    /**
     * Whether the stream has been without input for so long that it should be stopped.
     *
     * @param nowNs monotonic time.
     */
    public boolean isInputLost(final long nowNs) {
        return running && inputAgeMs(nowNs) > StreamStateTable.INPUT_LOST_MS;
    }

    /** Rate of the input over at most the last 10 s. */
    public double inputFps() {
        return input.perSecondSoFar();
    }

    /** Rate of the output over at most the last 10 s. */
    public double outputFps() {
        return output.perSecondSoFar();
    }

    /** Age of the latest input in milliseconds, or {@link StreamVitals#NEVER}. */
    public long inputUnitAgeMs(final long nowNs) {
        return inputUnits.ageMs(nowNs);
    }

    /** Age of the latest output in milliseconds, or {@link StreamVitals#NEVER}. */
    public long outputUnitAgeMs(final long nowNs) {
        return outputUnits.ageMs(nowNs);
    }

    /**
     * What the state follows from.
     *
     * @param nowNs monotonic time.
     */
    public StreamVitals vitals(final long nowNs) {
        return new StreamVitals(
            failed,
            ready,
            running,
            Math.max(0, millis(nowNs - settlingNs) - ALLOWANCE_MS),
            inputAgeMs(nowNs),
            outputUnits.ageMs(nowNs),
            hasError ? millis(nowNs - errorNs) : StreamVitals.NEVER,
            hasRestart ? millis(nowNs - restartNs) : StreamVitals.NEVER,
            input.perSecond(),
            output.perSecond());
    }

    private long inputAgeMs(final long nowNs) {
        return Math.min(inputUnits.ageMs(nowNs), millis(nowNs - startNs));
    }

    private static long millis(final long durationNs) {
        return TimeUnit.NANOSECONDS.toMillis(durationNs);
    }
}
