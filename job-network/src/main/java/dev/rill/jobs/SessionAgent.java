package dev.rill.jobs;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.PipelineProgress;
import dev.rill.frame.StreamError;
import dev.rill.frame.status.StreamMonitor;
import dev.rill.frame.status.StreamState;
import dev.rill.frame.status.StreamStateTable;
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
 * The words of a session: has control documents applied, publishes errors and the status. Ends when the
 * work has ended, when asked to, or when it fails itself; whatever the cause, the last status goes out and
 * everything
 * is closed.
 */
final class SessionAgent implements Agent {
    private static final int POLL_LIMIT = 16;
    private static final double MILLIS_PER_SECOND = 1_000.0;
    private static final long SAMPLE_INTERVAL_NS = 250_000_000L;
    private static final long STATE_INTERVAL_NS = 1_000_000_000L;

    private final OrchestratorContext context;
    private final SessionWork work;
    private final PipelineWatch watch;
    private final TrickleSubscriber control;
    private final DocumentWriter events;
    private final Runnable onEnded;
    private final DocumentReader controlReader = new DocumentReader(this::onControl, reason -> { });
    private final SessionStatus status;
    private final StreamMonitor monitor;
    private volatile boolean stopped;
    private String failure;
    private long nextStatusNs;
    private long nextSampleNs;
    private long nextStateNs;
    private boolean firstInputTold;
    private boolean firstOutputTold;

    SessionAgent(
        final OrchestratorContext context, final SessionWork work, final PipelineWatch watch,
        final TrickleSubscriber control, final DocumentWriter events, final Runnable onEnded) {
        this.context = context;
        this.work = work;
        this.watch = watch;
        this.control = control;
        this.events = events;
        this.onEnded = onEnded;
        monitor = new StreamMonitor(context.nanoClock().nanoTime());
        status = new SessionStatus(work, monitor, context.epochClock().time());
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
        final long nowNs = context.nanoClock().nanoTime();
        nextStatusNs = nowNs + context.statusIntervalNs();
        nextSampleNs = nowNs;
        nextStateNs = nowNs + STATE_INTERVAL_NS;
        monitor.onReady(nowNs);
        trace("runner_receive_stream_request");
    }

    @Override
    public int doWork() {
        if (stopped || watch.end() != null) {
            throw new AgentTerminationException();
        }
        final long nowNs = context.nanoClock().nanoTime();
        int done = control.poll(controlReader, POLL_LIMIT) + publishError() + watchStream(nowNs);
        if (nowNs - nextStatusNs >= 0) {
            nextStatusNs = nowNs + context.statusIntervalNs();
            publishStatus();
            done++;
        }
        return done;
    }

    @Override
    public void onClose() {
        CloseHelper.quietClose(work);
        CloseHelper.quietCloseAll(this::sayFarewell, events, control, onEnded::run);
    }

    @Override
    public String roleName() {
        return "trickle-session";
    }

    /**
     * At most two traces of first segments, one error and the status: readers of a window of five segments are sure to
     * get them all.
     */
    private void sayFarewell() {
        sample(context.nanoClock().nanoTime());
        if (failure != null) {
            publishError("INTERNAL", true, failure);
        } else {
            publishError();
        }
        watch.suppressErrors();
        publishStatus();
    }

    private int watchStream(final long nowNs) {
        if (nowNs - nextSampleNs < 0) {
            return 0;
        }
        nextSampleNs = nowNs + SAMPLE_INTERVAL_NS;
        sample(nowNs);
        if (nowNs - nextStateNs >= 0) {
            nextStateNs = nowNs + STATE_INTERVAL_NS;
            evaluate(nowNs);
        }
        return 1;
    }

    private void sample(final long nowNs) {
        final PipelineProgress progress = work.progress();
        monitor.sample(progress, nowNs);
        status.onActivity(
            monitor.inputUnitAgeMs(nowNs), monitor.outputUnitAgeMs(nowNs), context.epochClock().time());
        traceFirstSegments(progress);
    }

    /** A live stream that gets or gives nothing any more ends; a batch takes the time that its peers take. */
    private void evaluate(final long nowNs) {
        final long nowMs = context.epochClock().time();
        if (context.policy() == DeliveryPolicy.LIVE) {
            status.onState(monitor.evaluate(nowNs), nowMs);
            stopIfLifeless(nowNs);
        } else {
            status.onState(StreamState.ONLINE, nowMs);
        }
    }

    private void stopIfLifeless(final long nowNs) {
        if (stopped) {
            return;
        }
        if (monitor.state() == StreamState.ERROR) {
            failure = "the stream gives no output any more: " + monitor.vitals(nowNs);
            stopped = true;
        } else if (monitor.isInputLost(nowNs)) {
            failure = "no input for " + StreamStateTable.INPUT_LOST_MS / 1000 + " s: the stream is stopped";
            stopped = true;
        }
    }

    private void traceFirstSegments(final PipelineProgress progress) {
        if (!firstInputTold && progress.segmentsRead() > 0) {
            firstInputTold = true;
            trace("runner_receive_first_ingest_segment");
        }
        if (!firstOutputTold && progress.bytesOut() > 0) {
            firstOutputTold = true;
            trace("runner_send_first_processed_segment");
        }
    }

    private void trace(final String type) {
        events.write(new SessionEvent(type, context.epochClock().time(), Map.of()).toJson());
    }

    private void onControl(final byte[] document) {
        try {
            final Map<String, Object> members = Json.parseObject(document);
            if (!ControlDocument.isKeepAlive(members)) {
                work.control(members);
                monitor.onParameters(context.nanoClock().nanoTime());
                status.onParameters(context.epochClock().time());
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
        if (error.code() == StreamError.Code.INFERENCE) {
            monitor.onError(context.nanoClock().nanoTime());
        }
        publishError(error.code().name(), error.fatal(), error.message());
        return 1;
    }

    private void publishError(final String code, final boolean fatal, final String message) {
        final long nowMs = context.epochClock().time();
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pipeline", work.pipelineName());
        fields.put("message", message);
        fields.put("time", nowMs / MILLIS_PER_SECOND);
        fields.put("code", code);
        fields.put("fatal", fatal);
        status.onError(message, nowMs);
        events.write(new SessionEvent("error", nowMs, fields).toJson());
    }

    private void publishStatus() {
        status.onDocuments(
            controlReader.skipped() + controlReader.oversized(), watch.errorsSuppressed(), events.refused());
        final SessionEvent event = status.event(watch.end(), context.epochClock().time());
        if (events.write(event.toJson())) {
            status.onPublished(event);
        }
    }
}
