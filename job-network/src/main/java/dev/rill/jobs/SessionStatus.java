package dev.rill.jobs;

import dev.rill.frame.PipelineEnd;
import dev.rill.frame.status.StreamMonitor;
import dev.rill.frame.status.StreamState;
import dev.rill.frame.status.StreamVitals;
import dev.rill.jobs.session.Json;
import dev.rill.jobs.session.SessionEvent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds the status events of one session; live-session specification, section 10.2, plus a member {@code statistics}
 * with
 * the engine's counters and its latencies in microseconds. One thread.
 */
final class SessionStatus {
    private final SessionWork work;
    private final long startTimeMs;
    private final StreamMonitor monitor;
    private boolean parametersReported;
    private Long parametersUpdatedMs;
    private Long lastErrorMs;
    private String lastError;
    private StreamState state = StreamState.LOADING;
    private Long lastInputMs;
    private Long lastOutputMs;
    private Long stateChangedMs;
    private long previousStatusMs;
    private long controlsLost;
    private long errorsSuppressed;
    private long eventsRefused;

    SessionStatus(final SessionWork work, final StreamMonitor monitor, final long startTimeMs) {
        this.monitor = monitor;
        this.work = work;
        this.startTimeMs = startTimeMs;
        previousStatusMs = startTimeMs;
    }

    /** The parameters of the work were changed. */
    void onParameters(final long nowMs) {
        parametersReported = false;
        parametersUpdatedMs = nowMs;
    }

    /** Counts of documents that did not reach their reader. */
    void onDocuments(final long lostControls, final long suppressedErrors, final long refusedEvents) {
        controlsLost = lostControls;
        errorsSuppressed = suppressedErrors;
        eventsRefused = refusedEvents;
    }

    void onError(final String message, final long nowMs) {
        lastError = message;
        lastErrorMs = nowMs;
    }

    /** The status now; parameters are carried once after each change. */
    SessionEvent event(final PipelineEnd end, final long nowMs) {
        onState(stateAt(end), nowMs);
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pipeline", work.pipelineName());
        fields.put("start_time", startTimeMs);
        fields.put("state", state.name());
        fields.put("last_state_update_time", stateChangedMs);
        fields.put("input_status", inputStatus());
        fields.put("inference_status", inferenceStatus());
        fields.put("last_status_timestamp", previousStatusMs);
        fields.put("statistics", statistics());
        return new SessionEvent("status", nowMs, fields);
    }

    /** A status was taken by the channel; what is told once has been told. */
    void onPublished(final SessionEvent status) {
        previousStatusMs = status.timestampMs();
        parametersReported = true;
    }

    /** The end of the pipeline is known before anybody looks at its state again. */
    private StreamState stateAt(final PipelineEnd end) {
        if (end == null || state == StreamState.ERROR) {
            return state;
        }
        return end == PipelineEnd.FAILED || end == PipelineEnd.OUTPUT_REFUSED ? StreamState.ERROR : StreamState.OFFLINE;
    }

    /** Notes the state and when it changed. */
    void onState(final StreamState newState, final long nowMs) {
        if (newState != state) {
            state = newState;
            stateChangedMs = nowMs;
        }
    }

    /** Notes when the latest input and output were; {@link StreamVitals#NEVER} for none. */
    void onActivity(final long inputAgeMs, final long outputAgeMs, final long nowMs) {
        lastInputMs = inputAgeMs == StreamVitals.NEVER ? null : Long.valueOf(nowMs - inputAgeMs);
        lastOutputMs = outputAgeMs == StreamVitals.NEVER ? null : Long.valueOf(nowMs - outputAgeMs);
    }

    private Map<String, Object> inputStatus() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("last_input_time", lastInputMs);
        fields.put("fps", monitor.inputFps());
        return fields;
    }

    private Map<String, Object> inferenceStatus() {
        final Map<String, ?> parameters = work.parameters();
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("last_output_time", lastOutputMs);
        fields.put("fps", monitor.outputFps());
        fields.put("last_params_update_time", parametersUpdatedMs);
        fields.put("last_params", parametersReported ? null : parameters);
        fields.put("last_params_hash", hash(parameters));
        fields.put("last_error_time", lastErrorMs);
        fields.put("last_error", lastError);
        // Models run in this process and are not restarted; readers in the field want the members.
        fields.put("last_restart_time", null);
        fields.put("last_restart_logs", null);
        fields.put("restart_count", 0);
        return fields;
    }

    private Map<String, Object> statistics() {
        final Map<String, Object> fields = new LinkedHashMap<>(work.statistics());
        fields.put("controls_lost", controlsLost);
        fields.put("errors_suppressed", errorsSuppressed);
        fields.put("events_refused", eventsRefused);
        return fields;
    }

    private static String hash(final Map<String, ?> values) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(Json.writeSorted(values)));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no MD5, which every JVM must have", e);
        }
    }
}
