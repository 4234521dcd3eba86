package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.sink.FileSink;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.Orchestrator;
import dev.rill.jobs.OrchestratorContext;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.HttpOrchestratorLink;
import dev.rill.jobs.gateway.OrchestratorLink;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.session.SessionRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A real orchestrator and a real gateway that talk over loopback HTTP, and what tests need to steer and watch them. */
final class Scenario implements AutoCloseable {
    static final int WIDTH = 192;
    static final int HEIGHT = 128;
    private static final long DEADLINE_MS = 30_000;

    final Orchestrator orchestrator;
    final OrchestratorLink link;

    private Scenario(final OrchestratorContext context) {
        orchestrator = Orchestrator.launch(context);
        link = new HttpOrchestratorLink(orchestrator.uri());
    }

    static OrchestratorContext context(final DeliveryPolicy policy) {
        return new OrchestratorContext()
            .bridge(new BridgeContext())
            .policy(policy)
            .statusIntervalNs(TimeUnit.MILLISECONDS.toNanos(200));
    }

    static Scenario launch(final OrchestratorContext context) {
        return new Scenario(context);
    }

    /** Publishes a small test pattern through the named model, in real time. */
    GatewaySession start(final String model, final double seconds, final Path result) {
        return start(model, seconds, SourcePace.REALTIME, result);
    }

    GatewaySession start(final String model, final double seconds, final SourcePace pace, final Path result) {
        return start(new SessionRequest(model, Map.of(), "", ""), pattern(seconds), pace, result);
    }

    GatewaySession start(
        final SessionRequest request, final MediaSource source, final SourcePace pace, final Path result) {
        return GatewaySession.launch(new GatewayContext()
            .link(link)
            .source(source)
            .sink(() -> FileSink.open(result))
            .pace(pace)
            .request(request));
    }

    static MediaSource pattern(final double seconds) {
        return TestPatternSource.open(new TestPatternContext().size(WIDTH, HEIGHT).seconds(seconds));
    }

    static GatewayReport awaitEnd(final GatewaySession session) throws InterruptedException {
        assertThat(session.awaitEnd(DEADLINE_MS)).as("session ended; so far " + session.report()).isTrue();
        return session.report();
    }

    static void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as("time left for: " + what).isNegative();
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        link.close();
        orchestrator.close();
    }
}
