package dev.rill.bench.load;

import dev.rill.jobs.session.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run cost the server, and whether it is worth anything.
 *
 * @param plan         what was to be sent.
 * @param setup        where and with what, name to text, in order.
 * @param process      what the kernel counted of the server.
 * @param systemCalls  of the server, or {@link SystemCalls#UNKNOWN}.
 * @param counters     what the server counted, name to what was added while measuring.
 * @param latencyNs    from intended time to arrival.
 * @param delivered    chunks that arrived whole and unchanged.
 * @param achievedRate chunks per second that were really sent.
 * @param failure      what was lost or wrong, or null.
 */
record LoadResult(
    LoadPlan plan, Map<String, String> setup, ProcessFigures process, long systemCalls, Map<String, Long> counters,
    Histogram latencyNs, long delivered, double achievedRate, String failure) {

    private static final double MIN_RATE = 0.999;
    private static final double NANOS_PER_MICRO = 1e3;

    /** Writes of payload into sockets per delivery, as the server counted them. */
    double sendsPerDelivery() {
        return perDelivery(counters.getOrDefault("deliveries", 0L));
    }

    /** Why the run counts for nothing; empty for a sound run. */
    List<String> complaints(final LoadGates gates) {
        final List<String> complaints = new ArrayList<>();
        if (failure != null) {
            complaints.add(failure);
        }
        if (delivered != plan.deliveries()) {
            complaints.add("%d of %d deliveries arrived".formatted(delivered, plan.deliveries()));
        }
        if (!gates.countsOnly() && achievedRate < MIN_RATE * plan.rate()) {
            complaints.add("rate missed: %.1f of %d chunks/s".formatted(achievedRate, plan.rate()));
        }
        if (gates.maxSendsPerDelivery() > 0 && sendsPerDelivery() > gates.maxSendsPerDelivery()) {
            complaints.add("%.3f sends per delivery, at most %.3f".formatted(
                sendsPerDelivery(), gates.maxSendsPerDelivery()));
        }
        return complaints;
    }

    /** Everything, as an object that keeps its order. */
    Map<String, Object> toMap(final LoadGates gates) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("setup", setup);
        map.put("plan", planMap());
        map.put("achievedRate", achievedRate);
        map.put("deliveries", delivered);
        map.put("perDelivery", perDeliveryMap());
        map.put("perChunk", Map.of("contextSwitches", contextSwitchesPerChunk()));
        map.put("residentBytes", process.residentBytes());
        map.put("collections", counters.getOrDefault(LoadServer.COLLECTIONS, 0L));
        map.put("latencyUs", latencyMap());
        map.put("complaints", complaints(gates));
        return map;
    }

    String toJson(final LoadGates gates) {
        return new String(Json.writeIndented(toMap(gates)), StandardCharsets.UTF_8) + "\n";
    }

    /** Everything, for people. */
    String toTable(final LoadGates gates) {
        final StringBuilder table = new StringBuilder();
        setup.forEach((name, text) -> line(table, name, text));
        line(table, "plan", "%d subscribers × %d B × %d/s, %d s after %d s of warm-up".formatted(
            plan.subscribers(), plan.chunkBytes(), plan.rate(), plan.seconds(), plan.warmupSeconds()));
        line(table, "achieved rate", "%.1f chunks/s".formatted(achievedRate));
        line(table, "deliveries", "%,d, every byte verified".formatted(delivered));
        perDeliveryMap().forEach((name, value) -> line(table, name + " / delivery", "%.3f".formatted(value)));
        line(table, "context switches / chunk", "%.2f".formatted(contextSwitchesPerChunk()));
        latencyMap().forEach((name, value) -> line(table, "latency " + name, "%.1f µs".formatted(value)));
        complaints(gates).forEach(complaint -> line(table, "FAILED", complaint));
        return table.toString();
    }

    private Map<String, Double> perDeliveryMap() {
        final Map<String, Double> map = new LinkedHashMap<>();
        map.put("sends", sendsPerDelivery());
        if (systemCalls == SystemCalls.UNKNOWN) {
            map.put("readAndWriteCalls", perDelivery(process.ioCalls()));
        } else {
            map.put("systemCalls", perDelivery(systemCalls));
        }
        map.put("contextSwitches", perDelivery(process.voluntary() + process.involuntary()));
        map.put("allocatedBytes", perDelivery(counters.getOrDefault(LoadServer.ALLOCATED, 0L)));
        map.put("cpuUs", perDelivery(process.cpuNs()) / NANOS_PER_MICRO);
        return map;
    }

    private Map<String, Object> planMap() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("subscribers", plan.subscribers());
        map.put("chunkBytes", plan.chunkBytes());
        map.put("rate", plan.rate());
        map.put("warmupSeconds", plan.warmupSeconds());
        map.put("seconds", plan.seconds());
        map.put("chunksPerSegment", plan.chunksPerSegment());
        return map;
    }

    private Map<String, Double> latencyMap() {
        final Map<String, Double> map = new LinkedHashMap<>();
        for (final double percentile : new double[] {50, 90, 99, 99.9}) {
            map.put("p" + (percentile % 1 == 0 ? String.valueOf((int) percentile) : String.valueOf(percentile)),
                latencyNs.getValueAtPercentile(percentile) / NANOS_PER_MICRO);
        }
        map.put("max", latencyNs.getMaxValue() / NANOS_PER_MICRO);
        return map;
    }

    private double contextSwitchesPerChunk() {
        return (double) (process.voluntary() + process.involuntary()) / plan.measuredChunks();
    }

    private double perDelivery(final long count) {
        return (double) count / plan.deliveries();
    }

    private static void line(final StringBuilder table, final String name, final String text) {
        table.append("%-28s %s%n".formatted(name, text));
    }
}
