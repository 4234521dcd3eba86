package dev.rill.frame;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** Latency histograms of all stages: recorded by the publishing stage alone, read by any thread. */
final class StageRecorders {
    private static final long HIGHEST_NS = 3_600_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final Stage[] STAGES = Stage.values();

    private final SingleWriterRecorder[] recorders = new SingleWriterRecorder[STAGES.length];
    private final Histogram[] intervals = new Histogram[STAGES.length];
    private final Histogram[] totals = new Histogram[STAGES.length];

    StageRecorders() {
        for (int i = 0; i < STAGES.length; i++) {
            recorders[i] = new SingleWriterRecorder(1, HIGHEST_NS, SIGNIFICANT_DIGITS);
            totals[i] = new Histogram(1, HIGHEST_NS, SIGNIFICANT_DIGITS);
        }
    }

    void record(final FramePassport passport) {
        for (int i = 0; i < STAGES.length; i++) {
            final long durationNs = STAGES[i].durationNs(passport);
            recorders[i].recordValue(Math.max(0, Math.min(durationNs, HIGHEST_NS)));
        }
    }

    synchronized Map<Stage, StageLatency> latencies() {
        final Map<Stage, StageLatency> result = new EnumMap<>(Stage.class);
        for (int i = 0; i < STAGES.length; i++) {
            intervals[i] = recorders[i].getIntervalHistogram(intervals[i]);
            totals[i].add(intervals[i]);
            result.put(STAGES[i], latency(totals[i]));
        }
        return result;
    }

    private static StageLatency latency(final Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return new StageLatency(0, 0, 0, 0, 0, 0);
        }
        return new StageLatency(
            histogram.getTotalCount(),
            histogram.getMean(),
            histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(90),
            histogram.getValueAtPercentile(99),
            histogram.getMaxValue());
    }
}
