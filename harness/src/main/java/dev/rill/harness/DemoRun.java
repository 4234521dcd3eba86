package dev.rill.harness;

import dev.rill.jobs.Orchestrator;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.OrchestratorLink;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.jobs.session.SessionReply;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** One run of the demo: shows the set-up, follows the session to its end, collects the figures. */
final class DemoRun {
    private static final long POLL_MS = 50;
    private static final long NANOS_PER_MS = 1_000_000L;

    private final Orchestrator orchestrator;
    private final OrchestratorLink link;
    private final Interrupt interrupt;
    private final PrintWriter err;
    private final long startNs;
    private final Map<String, String> setup = new LinkedHashMap<>();

    DemoRun(
        final Orchestrator orchestrator, final OrchestratorLink link, final Interrupt interrupt, final PrintWriter err,
        final long startNs) {
        this.orchestrator = orchestrator;
        this.link = link;
        this.interrupt = interrupt;
        this.err = err;
        this.startNs = startNs;
    }

    void describe(final String label, final String text) {
        setup.put(label, text);
    }

    DemoReport execute(final GatewayContext context, final Path out) throws InterruptedException {
        final double plannedFps =
            (double) context.source().frameRateNumerator() / context.source().frameRateDenominator();
        try (GatewaySession session = GatewaySession.launch(context)) {
            interrupt.onRaised(session::stop);
            showSetup(session.urls());
            follow(session);
            return report(session, plannedFps, out);
        }
    }

    private void showSetup(final SessionReply urls) {
        describe("device", orchestrator.device().name() + ": " + orchestrator.device().description());
        describe("carriage", link.carriage() + ", orchestrator " + orchestrator.uri());
        describe("channel in", urls.publishUrl().toString());
        describe("channel out", urls.subscribeUrl().toString());
        setup.forEach((label, text) -> err.println("%-12s %s".formatted(label, text)));
        err.println();
        err.flush();
    }

    private void follow(final GatewaySession session) throws InterruptedException {
        try (Progress progress = new Progress(err, System.console() != null, System.nanoTime())) {
            while (!session.awaitEnd(POLL_MS)) {
                final long nowNs = System.nanoTime();
                if (progress.isDue(nowNs)) {
                    progress.show(nowNs, line(session.report(), nowNs));
                }
            }
        }
    }

    private String line(final GatewayReport report, final long nowNs) {
        return "%6.1f s  %d frames in, %d out, latency p50 %.0f ms".formatted(
            (nowNs - startNs) / 1e9, report.framesIn(), report.framesOut(),
            report.latencyUs().getValueAtPercentile(50) / 1_000.0);
    }

    private DemoReport report(final GatewaySession session, final double plannedFps, final Path out) {
        final GatewayReport gateway = session.report();
        final EngineFigures figures = EngineFigures.of(session.lastStatus());
        session.errors().stream().map(DemoRun::message).distinct()
            .forEach(message -> err.println("rill: engine: " + message));
        err.flush();
        if (!figures.encoder().isEmpty()) {
            describe("codecs", figures.decoder() + " → " + figures.encoder() + ", " + figures.size());
        }
        final long startupMs =
            gateway.framesOut() == 0 ? -1 : (gateway.firstReturnNs() - startNs) / NANOS_PER_MS;
        return new DemoReport(
            setup, gateway, figures.dropped(), figures.stagesMs(), plannedFps, startupMs, out.toString());
    }

    private static String message(final SessionEvent error) {
        return String.valueOf(error.fields().get("message"));
    }
}
