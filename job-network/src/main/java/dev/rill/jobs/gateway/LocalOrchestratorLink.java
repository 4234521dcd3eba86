package dev.rill.jobs.gateway;

import dev.rill.jobs.Orchestrator;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.Trickle;

/** Reaches an orchestrator of this process; its media moves no bytes. Does not own the orchestrator. */
public final class LocalOrchestratorLink implements OrchestratorLink {
    private final Orchestrator orchestrator;

    /**
     * @param orchestrator stays the caller's.
     */
    public LocalOrchestratorLink(final Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    @Override
    public SessionReply start(final SessionRequest request) {
        return orchestrator.start(request);
    }

    @Override
    public Trickle trickle() {
        return orchestrator.local();
    }

    @Override
    public String name() {
        return "in-process";
    }

    @Override
    public void close() {
        // The orchestrator and its carriage belong to the caller.
    }
}
