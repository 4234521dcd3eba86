package dev.rill.jobs;

import dev.rill.frame.PipelineEnd;
import dev.rill.jobs.session.DocumentWriter;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleSubscriber;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * One session at the orchestrator: the work between its media channels, and an agent that has control documents applied
 * and publishes events. Ends with its input channel; then its channels are closed together.
 * <p>
 * {@link #statistics}, {@link #stop} and {@link #close} may be called by any thread.
 */
public final class LiveSession implements AutoCloseable {
    private static final long IDLE_MS = 1;
    private static final int CLOSE_RETRY_MS = 3_000;

    private final SessionChannels channels;
    private final Trickle local;
    private final PipelineWatch watch;
    private final SessionWork work;
    private final SessionAgent agent;
    private final AgentRunner runner;

    /** Begins the work of a session. */
    @FunctionalInterface
    interface WorkOpener {
        SessionWork open(Trickle local, PipelineWatch watch);
    }

    LiveSession(
        final OrchestratorContext context, final SessionChannels channels, final TrickleServer server,
        final WorkOpener opener, final Consumer<LiveSession> onEnded) {
        this.channels = channels;
        watch = new PipelineWatch(context.frameListener());
        local = server.local();
        try {
            final TrickleSubscriber control = local.subscribe(channels.control(), Trickle.CURRENT);
            final DocumentWriter events = new DocumentWriter(local.publish(channels.events()));
            work = opener.open(local, watch);
            agent = new SessionAgent(context, work, watch, control, events, () -> {
                channels.close(server.channels());
                local.close();
                onEnded.accept(this);
            });
        } catch (final RuntimeException e) {
            local.close();
            throw e;
        }
        runner = new AgentRunner(new SleepingMillisIdleStrategy(IDLE_MS), agent::onInternalError, null, agent);
    }

    /** Begins to apply control documents and to publish events. */
    void begin() {
        AgentRunner.startOnThread(runner, task -> {
            final Thread thread = new Thread(task, "trickle-session-" + channels.manifestId());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The session's channels. */
    public SessionChannels channels() {
        return channels;
    }

    /** What the work has counted so far, by the names of the status event. */
    public Map<String, Object> statistics() {
        return work.statistics();
    }

    /** Why the work ended, or null while it goes on. */
    public PipelineEnd end() {
        return watch.end();
    }

    /** Asks the session to end at once, without waiting for it: what is under way is dropped. */
    public void stop() {
        agent.stop();
    }

    /** Ends the session at once and waits until its channels are closed and its threads are gone. */
    @Override
    public void close() {
        stop();
        runner.close(CLOSE_RETRY_MS, thread -> { });
    }
}
