package dev.rill.jobs;

import dev.rill.frame.FramePipeline;
import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.MediaThreads;
import dev.rill.frame.PipelineEnd;
import dev.rill.frame.PipelineStats;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.ModelParameters;
import dev.rill.jobs.session.DocumentWriter;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.jobs.session.SessionSize;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleSubscriber;
import java.util.function.Consumer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * One session at the orchestrator: the frame pipeline between its media channels, and an agent that applies control
 * documents and publishes events. Ends with its input channel; then its four channels are closed together.
 * <p>
 * {@link #stats}, {@link #stop} and {@link #close} may be called by any thread.
 */
public final class EngineSession implements AutoCloseable {
    private static final long IDLE_MS = 1;
    private static final int CLOSE_RETRY_MS = 3_000;

    private final SessionChannels channels;
    private final Trickle local;
    private final PipelineWatch watch;
    private final FramePipeline pipeline;
    private final SessionAgent agent;
    private final AgentRunner runner;

    EngineSession(
        final OrchestratorContext context, final SessionChannels channels, final TrickleServer server,
        final Bridge bridge, final MediaThreads mediaThreads, final ModelParameters parameters, final SessionSize size,
        final Consumer<EngineSession> onEnded) {
        this.channels = channels;
        watch = new PipelineWatch(context.frameListener());
        local = server.local();
        try {
            final TrickleSubscriber control = local.subscribe(channels.control(), Trickle.CURRENT);
            final DocumentWriter events = new DocumentWriter(local.publish(channels.events()));
            pipeline = FramePipeline.launch(new FramePipelineContext()
                .subscriber(local.subscribe(channels.in(), Trickle.CURRENT))
                .publisher(local.publish(channels.out()))
                .bridge(bridge)
                .model(parameters.model())
                .parameters(parameters)
                .outputSize(size.width(), size.height())
                .policy(context.policy())
                .mediaThreads(mediaThreads)
                .clock(context.nanoClock())
                .listener(watch));
            agent = new SessionAgent(context, pipeline, watch, size, control, events, () -> {
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

    /** What the engine has counted so far. */
    public PipelineStats stats() {
        return pipeline.stats();
    }

    /** Why the pipeline ended, or null while it runs. */
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
