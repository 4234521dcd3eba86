package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.media.SegmentTape;
import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.session.SessionRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The size of a session is asked for when it starts and stays what it is; live-session specification, section 15.2. */
class SessionSizeTest {
    @TempDir
    private Path folder;

    /** LS-22 and LS-23. */
    @Test
    void shouldKeepTheSizeOfItsStartAndReportWhoeverAsksForAnother() throws InterruptedException, IOException {
        final Path out = folder.resolve("out.ts");
        final SessionRequest request = new SessionRequest("tint", Map.of("width", 448, "height", 384), "", "");
        final GatewayReport report;
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start(request, Scenario.pattern(60), SourcePace.REALTIME, out)) {
            Scenario.await("first frames", () -> session.report().framesOut() > 5);
            session.control(Map.of("width", 448, "height", 384, "u", 77));
            Scenario.await("the same size is no change", () -> lastOf(session, "last_params_update_time") != null);
            assertThat(lastOf(session, "last_error")).isNull();

            session.control(Map.of("width", 512, "height", 512, "u", 99));
            Scenario.await("another size is an error", () -> lastOf(session, "last_error") != null);
            assertThat(lastOf(session, "last_error"))
                .isEqualTo("control: the size of a session is fixed: expected 448x384, got 512x512");
            final long framesOut = session.report().framesOut();
            Scenario.await("more frames", () -> session.report().framesOut() > framesOut + 5);
            session.stop();
            report = Scenario.awaitEnd(session);
        }

        assertThat(report.failure()).isNull();
        assertThat(report.framesOut()).isEqualTo(report.framesIn());
        final SegmentTape tape = new SegmentTape();
        tape.segments().add(Files.readAllBytes(out));
        assertThat(tape.pictures()).hasSize((int) report.framesOut())
            .allMatch(picture -> picture.width() == 448 && picture.height() == 384);
    }

    private static Object lastOf(final GatewaySession session, final String field) {
        return session.lastStatus() == null
            ? null : ((Map<?, ?>) session.lastStatus().fields().get("inference_status")).get(field);
    }
}
