package dev.rill.harness;

import dev.rill.frame.batch.BatchContext;
import dev.rill.frame.batch.BatchProgress;
import dev.rill.frame.batch.BatchResult;
import dev.rill.frame.batch.BatchRunner;
import dev.rill.frame.sink.PictureFile;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import dev.rill.jobs.session.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill batch}: a whole file through an effect. */
@Command(
    name = "batch", mixinStandardHelpOptions = true, sortOptions = false,
    description = {
        "Takes a film or a picture through an effect, every frame of it, as fast as it goes. The result appears when "
            + "all of it is there."},
    footer = {
        "", "Examples:", "  rill batch movie.mp4 --effect edge --param gain=4 --out edges.mp4",
        "  rill batch photo.jpg --effect invert --out negative.png"})
final class BatchCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "INPUT", description = "Media file, picture, or URL that FFmpeg opens.")
    private String input;

    @Mixin
    private EffectOptions effect;

    @Option(
        names = "--out", paramLabel = "FILE", required = true,
        description = "Where the result goes; the ending chooses: .ts, .mp4, .mov or .mkv, or .jpg, .png or .webp for "
            + "a picture.")
    private Path out;

    @Option(
        names = "--quality", paramLabel = "1..100", defaultValue = "" + PictureFile.QUALITY_DEFAULT,
        description = "Quality of .jpg and .webp. Default: ${DEFAULT-VALUE}.")
    private int quality;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON as well.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        effect.check();
        Usage.require(spec, quality >= 1 && quality <= 100, "--quality", quality, "1 to 100");
        Usage.require(spec, !OutputFile.isSame(out, input), "--out", out,
            "another file than INPUT, which it would destroy");
        if (json != null) {
            Usage.require(spec, !OutputFile.isSame(json, input) && !OutputFile.isSame(json, out.toString()), "--json",
                json, "another file than INPUT and --out");
            OutputFile.requireWritable(json);
        }
        final Model model = effect.model();
        final ModelParameters parameters = model.parameters(effect.values());
        try (Interrupt interrupt = new Interrupt();
            Bridge bridge = Bridge.launch(new BridgeContext().device(effect.device()));
            BatchRunner batch = BatchRunner.launch(new BatchContext()
                .input(input).output(out).bridge(bridge).model(model).parameters(parameters).quality(quality))) {
            interrupt.onRaised(batch::cancel);
            final PrintWriter err = spec.commandLine().getErr();
            err.println("input        " + batch.description());
            err.println("effect       " + effect.description());
            err.flush();
            final long startNs = System.nanoTime();
            follow(batch);
            report(batch.await(), (System.nanoTime() - startNs) / NANOS_PER_SECOND);
            return ExitCode.DONE;
        }
    }

    private void follow(final BatchRunner batch) throws InterruptedException {
        final PrintWriter err = spec.commandLine().getErr();
        try (Progress progress = new Progress(err, System.console() != null, System.nanoTime())) {
            while (!batch.awaitOver(50, TimeUnit.MILLISECONDS)) {
                final long nowNs = System.nanoTime();
                if (progress.isDue(nowNs)) {
                    progress.show(nowNs, line(batch.progress()));
                }
            }
        }
    }

    private static String line(final BatchProgress progress) {
        return progress.fraction() < 0 ? "%d frames".formatted(progress.framesOut())
            : "%d frames, %.0f %%".formatted(progress.framesOut(), 100 * progress.fraction());
    }

    private void report(final BatchResult result, final double seconds) throws IOException {
        final double fps = seconds > 0 ? result.stats().framesOut() / seconds : 0;
        final PrintWriter stdout = spec.commandLine().getOut();
        stdout.print("%-24s %,d%n".formatted("frames in", result.stats().framesIn()));
        stdout.print("%-24s %,d%n".formatted("frames out", result.stats().framesOut()));
        stdout.print("%-24s %,d%n".formatted("audio units out", result.stats().audioPacketsOut()));
        stdout.print("%-24s %,d%n".formatted("warnings of the input", result.warnings()));
        stdout.print("%-24s %.1f s, %.1f frames/s%n".formatted("took", seconds, fps));
        stdout.print("%-24s %s%n".formatted("output", out));
        stdout.flush();
        if (json != null) {
            final Map<String, Object> document = new LinkedHashMap<>();
            document.put("framesIn", result.stats().framesIn());
            document.put("framesOut", result.stats().framesOut());
            document.put("audioUnitsOut", result.stats().audioPacketsOut());
            document.put("warnings", result.warnings());
            document.put("decoder", result.stats().decoder());
            document.put("encoder", result.stats().encoder());
            document.put("seconds", seconds);
            document.put("fps", fps);
            document.put("output", out.toString());
            Files.writeString(json, new String(Json.writeIndented(document), StandardCharsets.UTF_8) + "\n");
        }
    }
}
