package dev.rill.harness;

import dev.rill.frame.batch.BatchContext;
import dev.rill.frame.batch.BatchProgress;
import dev.rill.frame.batch.BatchRunner;
import dev.rill.frame.sink.PictureFile;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill batch}: a whole file through an effect, its sound included. */
@Command(
    name = "batch", mixinStandardHelpOptions = true, sortOptions = false,
    description = {
        "Takes a film, a picture or a piece of sound through an effect, all of it, as fast as it goes. The result "
            + "appears when all of it is there."},
    footer = {
        "", "Examples:", "  rill batch movie.mp4 --effect edge --param gain=4 --out edges.mp4",
        "  rill batch photo.jpg --effect invert --out negative.png",
        "  rill batch song.wav --gain 0.5 --out softer.opus"})
final class BatchCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "INPUT", description = "Media file, picture, or URL that FFmpeg opens.")
    private String input;

    @Mixin
    private EffectOptions effect;

    @Mixin
    private AudioOptions audio;

    @Option(
        names = "--out", paramLabel = "FILE", required = true,
        description = "Where the result goes; the ending chooses: .ts, .mp4, .mov or .mkv; .jpg, .png or .webp for a "
            + "picture; .m4a, .mka, .ogg or .opus for sound alone.")
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
        audio.check();
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
                .input(input).output(out).bridge(bridge).model(model).parameters(parameters).quality(quality)
                .audio(audio.processing(out)))) {
            interrupt.onRaised(batch::cancel);
            final PrintWriter err = spec.commandLine().getErr();
            err.println("input        " + batch.description());
            err.println("effect       " + effect.description());
            err.flush();
            final long startNs = System.nanoTime();
            Progress.follow(
                err, ms -> batch.awaitOver(ms, TimeUnit.MILLISECONDS), () -> line(batch.progress()));
            final BatchReport report =
                new BatchReport(batch.await(), (System.nanoTime() - startNs) / NANOS_PER_SECOND, out);
            spec.commandLine().getOut().print(report.toTable());
            spec.commandLine().getOut().flush();
            if (json != null) {
                Files.writeString(json, report.toJson());
            }
            return ExitCode.DONE;
        }
    }

    private static String line(final BatchProgress progress) {
        return Progress.frames(progress.framesOut(), progress.fraction());
    }
}
