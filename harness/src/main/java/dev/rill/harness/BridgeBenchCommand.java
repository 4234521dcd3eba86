package dev.rill.harness;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.PixelFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rill bench bridge}: what a device and the way to it cost. */
@Command(
    name = "bridge", mixinStandardHelpOptions = true, sortOptions = false,
    description = {
        "Measures the way of a frame through a device: the copy of one beside the model identity, which does nothing "
            + "else; the effect at full speed; and how many sessions have a frame each within a deadline."},
    footer = {
        "", "Times are from submission to the polled completion, by one thread that spins. Figures of the "
            + "simulator say nothing about a GPU."})
final class BridgeBenchCommand implements Callable<Integer> {
    private static final double MAX_SECONDS = 60;
    private static final double MAX_DEADLINE_MS = 1_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private EffectOptions effect;

    @Option(
        names = "--size", paramLabel = "WxH", defaultValue = "512x512", converter = FrameSize.Converter.class,
        description = "Size of the frames. Default: ${DEFAULT-VALUE}.")
    private FrameSize size;

    @Option(
        names = "--format", paramLabel = "i420|nv12", defaultValue = "I420",
        description = "Format of the frames. Default: ${DEFAULT-VALUE}.")
    private PixelFormat format;

    @Option(
        names = "--seconds", paramLabel = "N", defaultValue = "2",
        description = "How long each figure is measured. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
        names = "--deadline", paramLabel = "MS", defaultValue = "33.3",
        description = "Milliseconds in which every session has to have its frame. Default: ${DEFAULT-VALUE}.")
    private double deadlineMs;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON as well.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        effect.check();
        Usage.require(spec, seconds > 0 && seconds <= MAX_SECONDS, "--seconds", seconds, "more than 0 and at most 60");
        Usage.require(spec, deadlineMs > 0 && deadlineMs <= MAX_DEADLINE_MS, "--deadline", deadlineMs,
            "more than 0 and at most 1000");
        if (json != null) {
            OutputFile.requireWritable(json);
        }
        final BridgeFigures figures;
        try (BridgeBench bench = new BridgeBench(effect.device(), FrameFormat.of(format, size.width(), size.height()),
            effect.model(), effect.model().parameters(effect.values()), (long) (seconds * NANOS_PER_SECOND))) {
            figures = bench.run((long) (deadlineMs * NANOS_PER_MILLI));
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.print(figures.toTable());
        out.flush();
        if (json != null) {
            Files.writeString(json, figures.toJson());
        }
        return ExitCode.DONE;
    }
}
