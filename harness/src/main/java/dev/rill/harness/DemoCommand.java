package dev.rill.harness;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.FramePipelineListener;
import dev.rill.frame.source.MediaSource;
import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.Orchestrator;
import dev.rill.jobs.OrchestratorContext;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.jobs.gateway.HttpOrchestratorLink;
import dev.rill.jobs.gateway.LocalOrchestratorLink;
import dev.rill.jobs.gateway.OrchestratorLink;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rill demo}: the whole path once, both roles in this process. */
@Command(
    name = "demo", mixinStandardHelpOptions = true, sortOptions = false,
    description = {
        "Takes an input through the whole path and back: gateway, trickle, decode, effect, encode, trickle, gateway. "
            + "Both roles run in this process and talk over loopback HTTP; no GPU is needed.",
        "Prints what it cost and leaves a playable file."},
    footer = {"", "Example: rill demo --input movie.mp4 --effect edge --param gain=4 --out edges.ts"})
final class DemoCommand implements Callable<Integer> {
    private static final String NOT_THE_INPUT = "another file than --input, which it would destroy";
    private static final long STATUS_INTERVAL_NS = 3_000_000_000L;

    @Spec
    private CommandSpec spec;

    @Option(
        names = "--input", paramLabel = "FILE|URL|test", defaultValue = "test",
        description = "Media file, URL that FFmpeg opens, or test: a live pattern with a tone and a burned-in frame "
            + "number. Default: ${DEFAULT-VALUE}.")
    private String input;

    @Mixin
    private EffectOptions effect;

    @Mixin
    private SourceOptions sourceOptions;

    @ArgGroup
    private Pace pace = new Pace();

    @Option(
        names = "--out", paramLabel = "FILE", defaultValue = "rill-demo.ts",
        description = "Where the result goes; the ending chooses the container (.ts, .mp4, .mkv). "
            + "Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON as well.")
    private Path json;

    @Option(
        names = "--trace", paramLabel = "FILE",
        description = "Write what each frame went through, one line per frame with all time stamps and its fate.")
    private Path trace;

    @Option(
        names = "--in-process", description = "Carry segments between the roles in this process instead of over HTTP.")
    private boolean inProcess;

    @Option(
        names = "--port", paramLabel = "PORT", defaultValue = "0",
        description = "Port of the orchestrator role; 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Override
    public Integer call() throws InterruptedException, IOException {
        final long startNs = System.nanoTime();
        checkOptions();
        OutputFile.requireWritable(out);
        if (json != null) {
            OutputFile.requireWritable(json);
        }
        if (trace != null) {
            OutputFile.requireWritable(trace);
        }
        try (Interrupt interrupt = new Interrupt();
            MediaSource source = sourceOptions.open(input);
            FrameTrace frameTrace = trace == null ? null : FrameTrace.create(trace);
            Orchestrator orchestrator = Orchestrator.launch(orchestratorContext(frameTrace));
            OrchestratorLink link = link(orchestrator)) {
            final DemoRun run = new DemoRun(orchestrator, link, interrupt, spec.commandLine().getErr(), startNs);
            run.describe("input", source.description());
            run.describe("effect", effect.description());
            run.describe("output", out.toString());
            return report(run.execute(gatewayContext(source, link), out));
        }
    }

    private int report(final DemoReport report) throws IOException {
        final PrintWriter stdout = spec.commandLine().getOut();
        stdout.print(report.toTable());
        stdout.flush();
        if (json != null) {
            Files.writeString(json, report.toJson());
        }
        final String complaint = report.complaint(pace.fast);
        if (complaint != null) {
            spec.commandLine().getErr().println("rill: " + complaint);
            return ExitCode.FAILED;
        }
        return ExitCode.DONE;
    }

    private void checkOptions() {
        sourceOptions.check();
        Usage.require(
            spec, port >= 0 && port <= ServeCommand.MAX_PORT, "--port", port, "0 to " + ServeCommand.MAX_PORT);
        effect.check();
        Usage.require(spec, !OutputFile.isSame(out, input), "--out", out, NOT_THE_INPUT);
        checkSideFile("--json", json);
        checkSideFile("--trace", trace);
    }

    private void checkSideFile(final String option, final Path file) {
        if (file != null) {
            Usage.require(spec, !OutputFile.isSame(file, input), option, file, NOT_THE_INPUT);
            Usage.require(spec, !OutputFile.isSame(file, out.toString()), option, file, "another file than --out");
        }
    }

    private OrchestratorContext orchestratorContext(final FrameTrace frameTrace) {
        return effect.offer(new OrchestratorContext())
            .frameListener(frameTrace == null ? FramePipelineListener.NONE : frameTrace)
            .server(new TrickleServerContext().port(port))
            .bridge(new BridgeContext().device(effect.device()))
            .policy(pace.fast ? DeliveryPolicy.BATCH : DeliveryPolicy.LIVE)
            .statusIntervalNs(STATUS_INTERVAL_NS);
    }

    private OrchestratorLink link(final Orchestrator orchestrator) {
        return inProcess ? new LocalOrchestratorLink(orchestrator) : new HttpOrchestratorLink(orchestrator.uri());
    }

    private GatewayContext gatewayContext(final MediaSource source, final OrchestratorLink link) {
        return new GatewayContext()
            .link(link)
            .source(source)
            .sink(() -> Sinks.open(out))
            .pace(pace.fast ? SourcePace.FAST : SourcePace.REALTIME)
            .request(new SessionRequest(effect.model().name(), new LinkedHashMap<>(effect.values()), "demo", "demo"));
    }

    /** One of two. */
    private static final class Pace {
        @Option(names = "--realtime", description = "Pace the input by its own clock (default).")
        private boolean realtime;

        @Option(
            names = "--fast",
            description = "Publish as fast as the result comes back, at most two segments ahead of it; nothing may be "
                + "lost.")
        private boolean fast;
    }
}
