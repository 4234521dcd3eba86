package dev.rill.jobs;

import dev.rill.frame.FramePipeline;
import dev.rill.frame.StreamError;
import dev.rill.jobs.session.ControlDocument;
import dev.rill.jobs.session.DocumentReader;
import dev.rill.jobs.session.DocumentWriter;
import dev.rill.jobs.session.Json;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.trickle.TrickleSubscriber;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * The words of a session: applies control documents to the pipeline, publishes errors and the status. Ends when the
 * pipeline has ended, when asked to, or when it fails itself; whatever the cause, the last status goes out and
 * everything
 * is closed.
 */
final class SessionAgent implements Agent {
    private static final int POLL_LIMIT = 16;

    private final OrchestratorContext context;
    private final FramePipeline pipeline;
    private final PipelineWatch watch;
    private final TrickleSubscriber control;
    private final DocumentWriter events;
    private final Runnable onEnded;
    private final DocumentReader controlReader = new DocumentReader(this::onControl, reason -> { });
    private final SessionStatus status;
    private volatile boolean stopped;
    private String failure;
    private long nextStatusNs;

    SessionAgent(
        final OrchestratorContext context, final FramePipeline pipeline, final PipelineWatch watch,
        final TrickleSubscriber control, final DocumentWriter events, final Runnable onEnded) {
        this.context = context;
        this.pipeline = pipeline;
        this.watch = watch;
        this.control = control;
        this.events = events;
        this.onEnded = onEnded;
        status = new SessionStatus(pipeline.parameters(), context.epochClock().time());
    }

    void stop() {
        stopped = true;
    }

    /** Told by the agent's runner; a failure of the agent ends the session rather than repeating for ever. */
    void onInternalError(final Throwable thrown) {
        if (!(thrown instanceof AgentTerminationException)) {
            failure = "session agent: " + thrown;
            stopped = true;
        }
    }

    @Override
    public void onStart() {
        nextStatusNs = context.nanoClock().nanoTime() + context.statusIntervalNs();
    }

    @Override
    public int doWork() {
        if (stopped || watch.end() != null) {
            throw new AgentTerminationException();
        }
        final long nowNs = context.nanoClock().nanoTime();
        int work = control.poll(controlReader, POLL_LIMIT) + publishError();
        if (nowNs - nextStatusNs >= 0) {
            nextStatusNs = nowNs + context.statusIntervalNs();
            publishStatus();
            work++;
        }
        return work;
    }

    @Override
    public void onClose() {
        CloseHelper.quietClose(pipeline);
        CloseHelper.quietCloseAll(this::sayFarewell, events, control, onEnded::run);
    }

    @Override
    public String roleName() {
        return "trickle-session";
    }

    /** One error and the status: readers of a window of five segments are sure to get both. */
    private void sayFarewell() {
        if (failure != null) {
            publishError("INTERNAL", true, failure);
        } else {
            publishError();
        }
        watch.suppressErrors();
        publishStatus();
    }

    private void onControl(final byte[] document) {
        try {
            final Map<String, Object> members = Json.parseObject(document);
            if (!ControlDocument.isKeepAlive(members)) {
                pipeline.update(ControlDocument.parameters(members));
                status.onParameters(pipeline.parameters(), context.epochClock().time());
            }
        } catch (final IllegalArgumentException e) {
            publishError("CONTROL", false, "control: " + e.getMessage());
        }
    }

    private int publishError() {
        final StreamError error = watch.pollError();
        if (error == null) {
            return 0;
        }
        publishError(error.code().name(), error.fatal(), error.message());
        return 1;
    }

    private void publishError(final String code, final boolean fatal, final String message) {
        final long nowMs = context.epochClock().time();
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pipeline", status.pipelineName());
        fields.put("message", message);
        fields.put("code", code);
        fields.put("fatal", fatal);
        status.onError(message, nowMs);
        events.write(new SessionEvent("error", nowMs, fields).toJson());
    }

    private void publishStatus() {
        status.onDocuments(
            controlReader.skipped() + controlReader.oversized(), watch.errorsSuppressed(), events.refused());
        events.write(status.event(pipeline.stats(), watch.end(), context.epochClock().time()).toJson());
    }
}
