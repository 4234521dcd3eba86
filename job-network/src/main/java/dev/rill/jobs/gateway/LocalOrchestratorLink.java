package dev.rill.jobs.gateway;

import dev.rill.jobs.Orchestrator;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.Trickle;
import java.net.URI;

/** Reaches an orchestrator of this process; its media moves no bytes. Does not own the orchestrator. */
public final class LocalOrchestratorLink implements OrchestratorLink {
    private final Orchestrator orchestrator;
    private final Trickle local;

    /**
     * @param orchestrator stays the caller's.
     */
    public LocalOrchestratorLink(final Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
        local = orchestrator.local();
    }

    @Override
    public SessionReply start(final SessionRequest request) {
        return orchestrator.start(request);
    }

    @Override
    public Trickle trickle(final URI base) {
        return local;
    }

    @Override
    public String carriage() {
        return local.carriage();
    }

    @Override
    public String name() {
        return "in-process";
    }

    @Override
    public void close() {
        local.close();
    }
}
