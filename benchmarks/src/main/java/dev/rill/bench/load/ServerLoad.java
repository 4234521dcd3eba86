package dev.rill.bench.load;

import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of the load test of the server. */
@Command(
    name = "ServerLoad", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Loads a server in a process of its own with one publisher and many subscribers, and tells what a "
        + "delivery (one chunk to one subscriber) costs it. Answers 1 when a byte was lost or wrong, the rate was "
        + "missed, or a gate does not hold.")
public final class ServerLoad implements Callable<Integer> {
    private static final int MAX_NUMBER = 100_000;

    @Spec
    private CommandSpec spec;

    @Option(
        names = "--subscribers", paramLabel = "N", defaultValue = "50",
        description = "Readers of the channel. Default: ${DEFAULT-VALUE}.")
    private int subscribers;

    @Option(
        names = "--chunk-bytes", paramLabel = "N", defaultValue = "8192",
        description = "Length of a chunk. Default: ${DEFAULT-VALUE}.")
    private int chunkBytes;

    @Option(
        names = "--rate", paramLabel = "N", defaultValue = "200",
        description = "Chunks per second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
        names = "--seconds", paramLabel = "N", defaultValue = "10",
        description = "How long to measure. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
        names = "--warmup", paramLabel = "N", defaultValue = "5",
        description = "Seconds to send before measuring. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    @Option(
        names = "--segment-chunks", paramLabel = "N", defaultValue = "200",
        description = "Chunks of a segment. Default: ${DEFAULT-VALUE}.")
    private int segmentChunks;

    @Option(
        names = "--transport", paramLabel = "NAME", defaultValue = "auto",
        description = "How the server drives sockets: epoll, nio, io_uring or auto. Default: ${DEFAULT-VALUE}.")
    private String transport;

    @Option(
        names = "--event-loops", paramLabel = "N", defaultValue = "1",
        description = "Event loop threads of the server. Default: ${DEFAULT-VALUE}.")
    private int eventLoops;

    @Option(
        names = "--server-java", paramLabel = "OPTION", defaultValue = "-XX:+UseSerialGC",
        description = "Option of the server's JVM; may be given several times. Default: ${DEFAULT-VALUE}.")
    private List<String> javaOptions;

    @Option(names = "--counts-only", description = "Forgive a missed rate: for machines that do other things as well.")
    private boolean countsOnly;

    @Option(
        names = "--max-sends-per-delivery", paramLabel = "X", defaultValue = "0",
        description = "Fail when the server needs more writes than this for a delivery; 0 for any number.")
    private double maxSendsPerDelivery;

    @Option(names = "--json", paramLabel = "FILE", description = "Write everything there as JSON; - for stdout.")
    private String json;

    /**
     * Runs the test and exits.
     *
     * @param arguments see {@code --help}.
     */
    public static void main(final String... arguments) {
        System.exit(new CommandLine(new ServerLoad()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final LoadPlan plan = plan();
        final LoadGates gates = new LoadGates(countsOnly, maxSendsPerDelivery);
        final LoadResult result;
        try (ServerProcess server = new ServerProcess(javaOptions, transport, eventLoops);
            HttpTrickle trickle = HttpTrickle.connect(new HttpTrickleContext().baseUri(server.baseUri()))) {
            result = measure(plan, server, trickle);
        }
        if ("-".equals(json)) {
            System.out.print(result.toJson(gates));
        } else {
            System.out.print(result.toTable(gates));
        }
        if (json != null && !"-".equals(json)) {
            Files.writeString(Path.of(json), result.toJson(gates));
        }
        return result.complaints(gates).isEmpty() ? 0 : 1;
    }

    private LoadResult measure(final LoadPlan plan, final ServerProcess server, final HttpTrickle trickle)
        throws IOException, InterruptedException {
        final LoadGenerator generator = new LoadGenerator(plan, trickle);
        generator.runTo(plan.warmupChunks());
        final SystemCalls systemCalls = SystemCalls.start(server.pid());
        final Map<String, Long> countersBefore = server.counters();
        final ProcessFigures processBefore = ProcessFigures.of(server.pid());
        generator.runTo(plan.warmupChunks() + plan.measuredChunks());
        final ProcessFigures process = ProcessFigures.of(server.pid()).since(processBefore);
        final Map<String, Long> counters = added(server.counters(), countersBefore);
        final long calls = systemCalls.stop();
        return new LoadResult(
            plan, setup(calls), process, calls, counters, generator.latencyNs(), generator.delivered(),
            generator.achievedRate(), generator.failure());
    }

    private Map<String, String> setup(final long systemCalls) {
        final Map<String, String> setup = new LinkedHashMap<>();
        setup.put("java", System.getProperty("java.version") + ' ' + String.join(" ", javaOptions));
        setup.put("kernel", System.getProperty("os.name") + ' ' + System.getProperty("os.version"));
        setup.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        setup.put("transport", transport + ", " + eventLoops + " event loops");
        setup.put("system calls from", systemCalls == SystemCalls.UNKNOWN
            ? "/proc/PID/io: reads and writes only, a lower bound" : "perf stat");
        return setup;
    }

    private static Map<String, Long> added(final Map<String, Long> now, final Map<String, Long> before) {
        final Map<String, Long> added = new HashMap<>();
        now.forEach((name, value) -> added.put(name, value - before.getOrDefault(name, 0L)));
        return added;
    }

    private LoadPlan plan() {
        require("--subscribers", subscribers, 1, MAX_NUMBER);
        require("--chunk-bytes", chunkBytes, Chunk.HEADER_BYTES, Chunk.MAX_BYTES);
        require("--rate", rate, 1, MAX_NUMBER);
        require("--seconds", seconds, 1, MAX_NUMBER);
        require("--warmup", warmup, 0, MAX_NUMBER);
        require("--segment-chunks", segmentChunks, 1, MAX_NUMBER);
        return new LoadPlan(subscribers, chunkBytes, rate, warmup, seconds, segmentChunks);
    }

    private void require(final String option, final int value, final int minimum, final int maximum) {
        if (value < minimum || value > maximum) {
            throw new ParameterException(
                spec.commandLine(), "%s %d: expected %d to %d".formatted(option, value, minimum, maximum));
        }
    }
}
