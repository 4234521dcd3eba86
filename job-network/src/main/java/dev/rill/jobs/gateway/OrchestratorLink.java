package dev.rill.jobs.gateway;

import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.Trickle;
import java.net.URI;

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

    /**
     * The carriage that reaches channels of a session.
     *
     * @param base what stands before the channel's name in its URL, ends with a slash.
     * @return one carriage per base; closed with this link.
     */
    Trickle trickle(URI base);

    /** Names the carriage for people: {@code http} or {@code in-process}. */
    String carriage();

    /** Names the orchestrator for people. */
    String name();

    @Override
    void close();
}
