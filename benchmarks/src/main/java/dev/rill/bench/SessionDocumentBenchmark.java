package dev.rill.bench;

import dev.rill.jobs.session.SessionEvent;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * One status event to JSON and back: what a gateway does for each of the 100 events per second that it must
 * sustain.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SessionDocumentBenchmark extends AverageTimeBenchmark {
    private final SessionEvent event = new SessionEvent("status", 1_767_225_600_000L, Map.of(
        "pipeline", "tint",
        "state", "ONLINE",
        "input_status", Map.of("last_input_time", 1_767_225_600_000L, "fps", 29.97),
        "inference_status", Map.of("last_output_time", 1_767_225_600_041L, "fps", 29.97, "restart_count", 0)));

    /**
     * There and back.
     *
     * @return the event read.
     */
    @Benchmark
    public SessionEvent writeAndRead() {
        return SessionEvent.fromJson(event.toJson());
    }
}
