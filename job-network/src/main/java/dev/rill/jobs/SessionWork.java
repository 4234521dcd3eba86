package dev.rill.jobs;

import dev.rill.frame.PipelineProgress;
import java.util.Map;

/**
 * What a session does with its media, as its agent sees it; errors and the end are told to a {@link PipelineWatch}. The
 * agent's thread calls, other threads may read {@link #statistics}.
 */
interface SessionWork extends AutoCloseable {
    /** Name of the pipeline, as the request gave it. */
    String pipelineName();

    /** Parameters in force, by name. */
    Map<String, ?> parameters();

    /**
     * Applies a control document.
     *
     * @throws IllegalArgumentException if it cannot be applied; then nothing was changed.
     */
    void control(Map<String, Object> document);

    /** Whether it lives, at little cost. */
    PipelineProgress progress();

    /** Counters and latencies for the status. */
    Map<String, Object> statistics();

    /** Ends the work at once, what is under way is dropped; waits for its threads. Idempotent. */
    @Override
    void close();
}
