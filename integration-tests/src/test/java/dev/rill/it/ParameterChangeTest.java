package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.FramePassport;
import dev.rill.frame.FramePipelineListener;
import dev.rill.it.MediaProbe.Picture;
import dev.rill.jobs.gateway.GatewaySession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parameters travel as control documents and take effect between frames; every frame tells which version it
 * carries.
 */
class ParameterChangeTest {
    /** Chroma of a full tint is one value all over the picture; the codec moves it a little. */
    private static final double CHROMA_TOLERANCE = 3;

    private final Map<Long, Long> versionByPts = new ConcurrentSkipListMap<>();

    @TempDir
    private Path folder;

    @Test
    void shouldShowInEveryPictureTheVersionThatItsPassportNames() throws InterruptedException {
        final Path out = folder.resolve("out.ts");
        try (Scenario scenario = Scenario.launch(
                Scenario.context(DeliveryPolicy.LIVE).frameListener(new PassportKeeper()));
            GatewaySession session = scenario.start("tint", 4, out)) {
            session.control(Map.of("strength", 1, "u", 60, "v", 60));
            Scenario.await("frames of the second set", () -> versionByPts.containsValue(1L));
            session.control(Map.of("u", 200));
            Scenario.await("frames of the third set", () -> versionByPts.containsValue(2L));
            final var report = Scenario.awaitEnd(session);
            assertThat(report.failure()).isNull();
        }

        assertThat(List.copyOf(versionByPts.values())).as("versions in order of presentation").isSorted();
        for (final Picture picture : MediaProbe.of(out).pictures) {
            assertColour(picture, versionByPts.get(picture.pts()));
        }
    }

    @Test
    void shouldReportABadParameterAndGoOn() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(
                Scenario.context(DeliveryPolicy.LIVE).frameListener(new PassportKeeper()));
            GatewaySession session = scenario.start("tint", 3, folder.resolve("out.ts"))) {
            session.control(Map.of("hue", 1));
            session.control(Map.of("strength", 9));
            session.control(Map.of("strength", "much"));
            Scenario.await("three errors", () -> session.errors().size() == 3);
            session.control(Map.of("strength", 0.25));
            Scenario.await("frames of the good set", () -> versionByPts.containsValue(1L));

            final var report = Scenario.awaitEnd(session);

            assertThat(report.failure()).isNull();
            assertThat(session.errors()).extracting(error -> String.valueOf(error.fields().get("message")))
                .satisfiesExactly(
                    message -> assertThat(message).contains("hue"),
                    message -> assertThat(message).contains("strength").contains("9"),
                    message -> assertThat(message).contains("strength").contains("much"));
        }
    }

    private static void assertColour(final Picture picture, final Long version) {
        assertThat(version).as("version of the picture at %d", picture.pts()).isNotNull();
        if (version == 0) {
            return; // The defaults tint by part only: the pattern's own colours remain.
        }
        assertThat(Effects.mean(picture.u())).as("U of version %d at %d", version, picture.pts())
            .isCloseTo(version == 1 ? 60 : 200, within(CHROMA_TOLERANCE));
        assertThat(Effects.mean(picture.v())).as("V of version %d at %d", version, picture.pts())
            .isCloseTo(60, within(CHROMA_TOLERANCE));
    }

    private final class PassportKeeper implements FramePipelineListener {
        @Override
        public void onFramePublished(final FramePassport passport) {
            versionByPts.put(passport.pts(), passport.parameterVersion());
        }
    }
}
