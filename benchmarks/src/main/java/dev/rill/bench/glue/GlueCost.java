package dev.rill.bench.glue;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * CPU time of the thread per frame between packet in and packet out, less that of the bare codecs for the same
 * frame, for Rill and for the usual way. Each frame goes through all three in an order that changes from frame to
 * frame; figures are medians over the frames of all rounds. All work is on that thread: codecs with one thread, a model
 * that passes frames through.
 * <pre>
 *   java -cp benchmarks.jar dev.rill.bench.glue.GlueCost [--rounds 7] [--frames 150] [--json FILE]
 * </pre>
 */
public final class GlueCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 2;
    private static final int[][] SIZES = {{512, 512}, {1280, 720}};
    private static final long BIT_RATE = 2_000_000;
    private static final double NANOS_PER_MICRO = 1_000;

    private final int rounds;
    private final int frames;
    private final StringBuilder json = new StringBuilder("[");

    private GlueCost(final int rounds, final int frames) {
        this.rounds = rounds;
        this.frames = frames;
    }

    /**
     * Measures.
     *
     * @param args see above.
     * @throws IOException if the result file cannot be written.
     */
    public static void main(final String[] args) throws IOException {
        final List<String> options = Arrays.asList(args);
        final GlueCost cost = new GlueCost(number(options, "--rounds", 7), number(options, "--frames", 150));
        System.out.printf(Locale.ROOT, "%-10s %12s %12s %18s %12s %s%n",
            "size", "codecs µs", "Rill µs", "quartiles", "usual µs", "ratio");
        try (Bridge bridge = Bridge.launch(new BridgeContext().threads(1))) {
            for (final int[] size : SIZES) {
                cost.measure(bridge, size[0], size[1]);
            }
        }
        if (options.contains("--json")) {
            Files.writeString(Path.of(options.get(options.indexOf("--json") + 1)), cost.json.append("\n]\n"));
        }
    }

    private static int number(final List<String> options, final String name, final int otherwise) {
        final int at = options.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(options.get(at + 1));
    }

    private void measure(final Bridge bridge, final int width, final int height) {
        final List<Packet> units = units(width, height);
        final double[] codecs = new double[rounds * units.size()];
        final double[] rill = new double[codecs.length];
        final double[] usual = new double[codecs.length];
        try (FramePath bare = new UsualPath(false, width, height, BIT_RATE);
            FramePath ours = new RillPath(bridge, width, height, BIT_RATE);
            FramePath theirs = new UsualPath(true, width, height, BIT_RATE)) {
            final FramePath[] paths = {bare, ours, theirs};
            for (int at = -WARM_UP * units.size(); at < codecs.length; at++) {
                final double[] used = micros(paths, units.get(Math.floorMod(at, units.size())), at);
                if (at >= 0) {
                    codecs[at] = used[0];
                    rill[at] = used[1] - used[0];
                    usual[at] = used[2] - used[0];
                }
            }
        }
        units.forEach(Packet::release);
        report(width, height, codecs, rill, usual);
    }

    private void report(
        final int width, final int height, final double[] codecs, final double[] rill, final double[] usual) {
        final double noise = (quantile(codecs, 0.75) - quantile(codecs, 0.25)) / Math.sqrt(codecs.length);
        final double glue = quantile(rill, 0.5);
        final double least = Math.max(glue, noise);
        System.out.printf(Locale.ROOT, "%-10s %12.1f %12.1f %18s %12.1f %s%.4f%s%n", width + "x" + height,
            quantile(codecs, 0.5), glue,
            String.format(Locale.ROOT, "%.0f..%.0f", quantile(rill, 0.25), quantile(rill, 0.75)), quantile(usual, 0.5),
            glue < noise ? "< " : "", least / quantile(usual, 0.5), glue < noise ? " (below what can be told)" : "");
        json.append(json.length() > 1 ? "," : "").append(String.format(Locale.ROOT,
            "%n  {\"size\": \"%dx%d\", \"frames\": %d, \"rounds\": %d, \"codecsMicros\": %.1f, "
                + "\"rillGlueMicros\": %.1f, \"rillGlueQuartiles\": [%.1f, %.1f], \"noiseMicros\": %.1f, "
                + "\"usualGlueMicros\": %.1f, \"ratioAtMost\": %.5f}", width, height, frames, rounds,
            quantile(codecs, 0.5), glue, quantile(rill, 0.25), quantile(rill, 0.75), noise, quantile(usual, 0.5),
            least / quantile(usual, 0.5)));
    }

    /** Takes one unit through all paths; whose caches are warm changes with each unit. */
    private static double[] micros(final FramePath[] paths, final Packet unit, final int first) {
        final double[] used = new double[paths.length];
        for (int turn = 0; turn < paths.length; turn++) {
            final int path = Math.floorMod(first + turn, paths.length);
            used[path] = micros(paths[path], unit);
        }
        return used;
    }

    private static double micros(final FramePath path, final Packet unit) {
        final long before = THREADS.getCurrentThreadCpuTime();
        final long bytes = path.carry(unit);
        final long used = THREADS.getCurrentThreadCpuTime() - before;
        if (bytes == 0) {
            throw new IllegalStateException("nothing was encoded");
        }
        return used / NANOS_PER_MICRO;
    }

    private List<Packet> units(final int width, final int height) {
        final List<Packet> units = new ArrayList<>();
        try (MediaSource source = TestPatternSource.open(new TestPatternContext()
            .size(width, height).seconds(frames / 30.0).audio(false).packetPool(new PacketPool()))) {
            boolean more = true;
            while (more) {
                more = source.read(packet -> {
                    if (packet.kind() == Packet.Kind.VIDEO) {
                        units.add(packet);
                    } else {
                        packet.release();
                    }
                });
            }
        }
        return units;
    }

    private static double quantile(final double[] values, final double share) {
        Arrays.sort(values);
        return values[(int) Math.min(values.length - 1, share * values.length)];
    }
}
