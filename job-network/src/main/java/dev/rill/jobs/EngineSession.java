package dev.rill.jobs;

import dev.rill.frame.FramePassport;
import dev.rill.frame.FramePipeline;
import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.FramePipelineListener;
import dev.rill.frame.PipelineEnd;
import dev.rill.frame.PipelineStats;
import dev.rill.frame.StreamError;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.ModelParameters;
import dev.rill.jobs.session.ControlDocument;
import dev.rill.jobs.session.DocumentReader;
import dev.rill.jobs.session.DocumentWriter;
import dev.rill.jobs.session.Json;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleSubscriber;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * One session at the orchestrator: the frame pipeline between its media channels, and an agent that applies control
 * documents and publishes events. Ends with its input channel; then its four channels are closed together.
 * <p>
 * {@link #stats} and {@link #close} may be called by any thread.
 */
public final class EngineSession implements AutoCloseable {
    private static final int POLL_LIMIT = 16;
    private static final long IDLE_MS = 1;
    private static final int MAX_PENDING_ERRORS = 100;

    private final OrchestratorContext context;
    private final SessionChannels channels;
    private final TrickleServer server;
    private final Consumer<EngineSession> onEnded;
    private final Queue<StreamError> errors = new ConcurrentLinkedQueue<>();
    private final Trickle local;
    private final TrickleSubscriber control;
    private final DocumentReader controlReader = new DocumentReader(this::onControl, reason -> { });
    private final DocumentWriter events;
    private final SessionStatus status;
    private final FramePipeline pipeline;
    private final AgentRunner runner;
    private volatile PipelineEnd end;

    EngineSession(
        final OrchestratorContext context, final SessionChannels channels, final TrickleServer server,
        final Bridge bridge, final ModelParameters parameters, final Consumer<EngineSession> onEnded) {
        this.context = context;
        this.channels = channels;
        this.server = server;
        this.onEnded = onEnded;
        status = new SessionStatus(parameters, context.epochClock().time());
        local = server.local();
        try {
            control = local.subscribe(channels.control(), Trickle.CURRENT);
            events = new DocumentWriter(local.publish(channels.events()));
            pipeline = FramePipeline.launch(new FramePipelineContext()
                .subscriber(local.subscribe(channels.in(), Trickle.CURRENT))
                .publisher(local.publish(channels.out()))
                .bridge(bridge)
                .model(parameters.model())
                .parameters(parameters)
                .policy(context.policy())
                .clock(context.nanoClock())
                .listener(new Listener()));
        } catch (final RuntimeException e) {
            local.close();
            throw e;
        }
        runner = new AgentRunner(
            new SleepingMillisIdleStrategy(IDLE_MS), this::onInternalError, null, new SessionAgent());
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
        return end;
    }

    /** Ends the session at once: what is under way is dropped, all channels close. */
    @Override
    public void close() {
        runner.close();
    }

    private void onControl(final byte[] document) {
        try {
            final Map<String, Object> members = Json.parseObject(document);
            if (!ControlDocument.isKeepAlive(members)) {
                final Map<String, Double> changes = ControlDocument.parameters(members);
                pipeline.update(changes);
                status.onParameters(pipeline.parameters(), context.epochClock().time());
            }
        } catch (final IllegalArgumentException e) {
            publishError("CONTROL", false, "control: " + e.getMessage());
        }
    }

    private void publishError(final String code, final boolean fatal, final String message) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pipeline", status.pipelineName());
        fields.put("message", message);
        fields.put("code", code);
        fields.put("fatal", fatal);
        status.onError(message, context.epochClock().time());
        events.write(new SessionEvent("error", context.epochClock().time(), fields).toJson());
    }

    private void publishStatus() {
        events.write(status.event(pipeline.stats(), end, context.epochClock().time()).toJson());
    }

    private void onInternalError(final Throwable failure) {
        if (!(failure instanceof AgentTerminationException) && errors.size() < MAX_PENDING_ERRORS) {
            errors.add(new StreamError(StreamError.Code.INTERNAL, false, "session agent: " + failure));
        }
    }

    private final class Listener implements FramePipelineListener {
        @Override
        public void onFramePublished(final FramePassport passport) {
            context.frameListener().onFramePublished(passport);
        }

        @Override
        public void onError(final StreamError error) {
            errors.add(error);
            context.frameListener().onError(error);
        }

        @Override
        public void onEnd(final PipelineEnd reason) {
            context.frameListener().onEnd(reason);
            end = reason;
        }
    }

    private final class SessionAgent implements Agent {
        private long nextStatusNs;

        @Override
        public void onStart() {
            nextStatusNs = context.nanoClock().nanoTime() + context.statusIntervalNs();
        }

        @Override
        public int doWork() {
            int work = control.poll(controlReader, POLL_LIMIT);
            work += publishErrors();
            final long nowNs = context.nanoClock().nanoTime();
            if (nowNs - nextStatusNs >= 0) {
                nextStatusNs += context.statusIntervalNs();
                publishStatus();
                work++;
            }
            if (end != null) {
                throw new AgentTerminationException();
            }
            return work;
        }

        @Override
        public void onClose() {
            CloseHelper.quietClose(pipeline);
            publishErrors();
            publishStatus();
            CloseHelper.quietCloseAll(events, control);
            channels.close(server.channels());
            local.close();
            onEnded.accept(EngineSession.this);
        }

        @Override
        public String roleName() {
            return "trickle-session";
        }

        private int publishErrors() {
            int work = 0;
            for (StreamError error = errors.poll(); error != null; error = errors.poll()) {
                publishError(error.code().name(), error.fatal(), error.message());
                work++;
            }
            return work;
        }
    }
}
