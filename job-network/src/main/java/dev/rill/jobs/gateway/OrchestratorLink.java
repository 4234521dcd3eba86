package dev.rill.jobs.gateway;

import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.Trickle;

/** How a gateway reaches one orchestrator: over HTTP, or in the same process. Safe for use by any thread. */
public interface OrchestratorLink extends AutoCloseable {
    /**
     * Starts a session; blocks for at most {@link HttpOrchestratorLink#START_TIMEOUT_MS}.
     *
     * @param request what to run.
     * @return the session's URLs.
     * @throws dev.rill.jobs.JobException with the orchestrator's own words when it refuses or cannot be reached.
     */
    SessionReply start(SessionRequest request);

    /** The carriage that reaches the session's channels; closed with this link. */
    Trickle trickle();

    /** Names the orchestrator for people. */
    String name();

    @Override
    void close();
}
