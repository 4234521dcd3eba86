package dev.rill.jobs;

import dev.rill.frame.FramePipeline;
import dev.rill.frame.PipelineProgress;
import dev.rill.frame.PipelineStats;
import dev.rill.frame.Stage;
import dev.rill.frame.StageLatency;
import dev.rill.jobs.session.ControlDocument;
import dev.rill.jobs.session.SessionSize;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Frames through a model, one result. */
final class PipelineWork implements SessionWork {
    private static final double NANOS_PER_MICRO = 1_000.0;

    private final FramePipeline pipeline;
    private final SessionSize size;

    /** @param pipeline owned from now on. */
    PipelineWork(final FramePipeline pipeline, final SessionSize size) {
        this.pipeline = pipeline;
        this.size = size;
    }

    @Override
    public String pipelineName() {
        return pipeline.parameters().model().name();
    }

    @Override
    public Map<String, ?> parameters() {
        return pipeline.parameters().values();
    }

    @Override
    public void control(final Map<String, Object> document) {
        size.requireUnchanged(document);
        pipeline.update(ControlDocument.parameters(SessionSize.without(document)));
    }

    @Override
    public PipelineProgress progress() {
        return pipeline.progress();
    }

    @Override
    public Map<String, Object> statistics() {
        final PipelineStats stats = pipeline.stats();
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("frames_in", stats.framesIn());
        fields.put("frames_out", stats.framesOut());
        final Map<String, Long> dropped = new TreeMap<>();
        stats.dropped().forEach((reason, count) -> {
            if (count > 0) {
                dropped.put(reason.label(), count);
            }
        });
        fields.put("dropped", dropped);
        fields.put("segments_lost", stats.segmentsLost());
        fields.put("decoder", stats.decoder());
        fields.put("encoder", stats.encoder());
        fields.put("size", stats.width() == 0 ? "" : stats.width() + "x" + stats.height());
        fields.put("output_size", stats.width() == 0 || size.width() == 0 ? fields.get("size") : size.toString());
        fields.put("parameter_version", stats.parameterVersion());
        fields.put("latency_us", latencies(stats.latencies()));
        return fields;
    }

    private static Map<String, Object> latencies(final Map<Stage, StageLatency> latencies) {
        final Map<String, Object> stages = new LinkedHashMap<>();
        new EnumMap<>(latencies).forEach((stage, latency) -> {
            final Map<String, Double> percentiles = new LinkedHashMap<>();
            percentiles.put("p50", latency.p50Ns() / NANOS_PER_MICRO);
            percentiles.put("p99", latency.p99Ns() / NANOS_PER_MICRO);
            percentiles.put("max", latency.maxNs() / NANOS_PER_MICRO);
            stages.put(stage.label(), percentiles);
        });
        return stages;
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
