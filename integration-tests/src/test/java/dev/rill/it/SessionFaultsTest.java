package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.jobs.session.SessionRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a session when a party goes away or asks for the impossible. */
class SessionFaultsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldEndInOneLineWhenTheInputChannelIsDeletedMidSession() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("tint", 60, folder.resolve("out.ts"))) {
            Scenario.await("first frames", () -> session.report().framesOut() > 10);

            scenario.orchestrator.server().channels().close(session.urls().manifestId());
            final GatewayReport report = Scenario.awaitEnd(session);

            assertThat(report.failure()).startsWith("publishing ended early: ").hasLineCount(1);
            Scenario.await("session gone", () -> scenario.orchestrator.sessionCount() == 0);
            assertThat(scenario.orchestrator.server().channels().names()).isEmpty();
        }
    }

    @Test
    void shouldEndInOneLineWhenTheOutputChannelIsDeletedMidSession() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("tint", 60, folder.resolve("out.ts"))) {
            Scenario.await("first frames", () -> session.report().framesOut() > 10);

            scenario.orchestrator.server().channels().close(new SessionChannels(session.urls().manifestId()).out());
            final GatewayReport report = Scenario.awaitEnd(session);

            assertThat(report.failure()).isNotNull().hasLineCount(1);
            Scenario.await("session gone", () -> scenario.orchestrator.sessionCount() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-control", "-events"})
    void shouldGoOnWithItsMediaWhenASideChannelIsDeleted(final String suffix) throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("tint", 60, folder.resolve("out.ts"))) {
            Scenario.await("first frames", () -> session.report().framesOut() > 10);

            scenario.orchestrator.server().channels().close(session.urls().manifestId() + suffix);
            session.control(Map.of("u", 60));
            final long before = session.report().framesOut();
            Scenario.await(
                "more media, or the end of it", () -> session.report().framesOut() > before + 30 || hasEnded(session));
            session.stop();
            final GatewayReport report = Scenario.awaitEnd(session);

            assertThat(report.failure()).as("media goes on").isNull();
            assertThat(report.framesOut()).isEqualTo(report.framesIn());
            Scenario.await("session gone", () -> scenario.orchestrator.sessionCount() == 0);
            assertThat(scenario.orchestrator.server().channels().names()).isEmpty();
        }
    }

    @Test
    void shouldEndInOneLineWhenTheOrchestratorGoesAway() throws InterruptedException {
        final Path out = folder.resolve("out.ts");
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("tint", 60, out)) {
            Scenario.await("first frames", () -> session.report().framesOut() > 40);

            scenario.orchestrator.close();
            final GatewayReport report = Scenario.awaitEnd(session);

            assertThat(report.failure()).isNotNull().hasLineCount(1);
        }
        assertThat(MediaProbe.of(out).pictures).as("what had come before is playable").hasSizeGreaterThan(20);
    }

    @Test
    void shouldFreeTheSessionWhenTheGatewayStops() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("tint", 60, folder.resolve("out.ts"))) {
            Scenario.await("first frames", () -> session.report().framesOut() > 10);

            session.stop();
            final GatewayReport report = Scenario.awaitEnd(session);

            assertThat(report.failure()).isNull();
            assertThat(report.framesOut()).isEqualTo(report.framesIn());
            Scenario.await("session gone", () -> scenario.orchestrator.sessionCount() == 0);
        }
    }

    @Test
    void shouldRefuseAnUnknownModelAndCreateNothing() {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE))) {
            final SessionRequest request = new SessionRequest("sepia", Map.of(), "", "");

            assertThatThrownBy(() -> scenario.link.start(request)).isInstanceOf(JobException.class)
                .hasMessageContaining("sepia").extracting(e -> ((JobException) e).status()).isEqualTo(400);

            assertThat(scenario.orchestrator.server().channels().names()).isEmpty();
        }
    }

    @Test
    void shouldRefuseBeyondItsCapacityAndTakeTheNextOnceOneIsOver() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE).maxSessions(1));
            GatewaySession first = scenario.start("tint", 60, folder.resolve("first.ts"))) {
            final SessionRequest request = new SessionRequest("tint", Map.of(), "", "");

            assertThatThrownBy(() -> scenario.link.start(request)).isInstanceOf(JobException.class)
                .hasMessage("insufficient capacity").extracting(e -> ((JobException) e).status()).isEqualTo(503);

            first.stop();
            Scenario.awaitEnd(first);
            Scenario.await("session gone", () -> scenario.orchestrator.sessionCount() == 0);
            assertThat(scenario.link.start(request).manifestId()).hasSize(32);
        }
    }

    @Test
    void shouldSayWhenTheOrchestratorCannotBeReached() throws Exception {
        final Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
        scenario.orchestrator.close();

        try (scenario) {
            assertThatThrownBy(() -> scenario.start("tint", 1, folder.resolve("out.ts")))
                .isInstanceOf(JobException.class).hasMessageContaining(scenario.link.name());
        }
        assertThat(folder.resolve("out.ts")).as("result of a session that never was").doesNotExist();
    }

    @Test
    void shouldRunTwoSessionsSideBySide() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession first = scenario.start("tint", 2, folder.resolve("first.ts"));
            GatewaySession second = scenario.start("invert", 2, folder.resolve("second.ts"))) {
            final GatewayReport one = Scenario.awaitEnd(first);
            final GatewayReport two = Scenario.awaitEnd(second);

            assertThat(one.failure()).isNull();
            assertThat(two.failure()).isNull();
            assertThat(one.unmatched() + two.unmatched()).as("frames that strayed between sessions").isZero();
        }
        assertThat(MediaProbe.of(folder.resolve("first.ts")).pictures).isNotEmpty();
        assertThat(MediaProbe.of(folder.resolve("second.ts")).pictures).isNotEmpty();
    }

    /** LS-52. */
    @Test
    void shouldShowNoFrameOfASessionInTheNext() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE))) {
            try (GatewaySession first = scenario.start("tint", 20, folder.resolve("first.ts"))) {
                Scenario.await("frames of the first session", () -> first.report().framesOut() > 10);
            }
            Scenario.await("end of the first session", () -> scenario.orchestrator.sessionCount() == 0);
            final MediaSource smaller = TestPatternSource.open(new TestPatternContext().size(128, 96).seconds(2));
            try (GatewaySession second = scenario.start(new SessionRequest("tint", Map.of(), "", ""), smaller,
                SourcePace.REALTIME, folder.resolve("second.ts"))) {
                final GatewayReport report = Scenario.awaitEnd(second);

                assertThat(report.failure()).isNull();
                assertThat(report.unmatched()).as("frames that the second session never sent").isZero();
            }
        }
        assertThat(MediaProbe.of(folder.resolve("second.ts")).pictures).isNotEmpty()
            .as("a frame of the first session is larger").allMatch(picture -> picture.width() == 128);
    }

    private static boolean hasEnded(final GatewaySession session) {
        try {
            return session.awaitEnd(1);
        } catch (final InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
