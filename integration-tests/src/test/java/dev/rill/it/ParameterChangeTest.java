package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.FramePassport;
import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.FramePipelineListener;
import dev.rill.it.MediaProbe.Picture;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.session.SessionRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parameters travel as control documents and take effect between frames; every frame tells which version it
 * carries.
 * <p>
 * Receipt of a change is known from outside by what the engine answers: it takes documents in order, so once the error
 * that a bad document caused has come back, the good one sent before it has been received too.
 */
class ParameterChangeTest {
    /** Chroma of a full tint is one value all over the picture; the codec moves it a little. */
    private static final double CHROMA_TOLERANCE = 3;

    private static final Map<String, Object> START = Map.of("strength", 1, "u", 100, "v", 180);
    /** U and V of each version of the first test. */
    private static final int[][] COLOURS = {{100, 180}, {60, 60}, {200, 60}};

    private final List<Long> versions = new CopyOnWriteArrayList<>();
    private final Map<Long, Long> versionByPts = new ConcurrentSkipListMap<>();
    private final AtomicInteger oldFramesAfterReceipt = new AtomicInteger();
    private volatile BooleanSupplier received = () -> false;

    @TempDir
    private Path folder;

    @Test
    void shouldShowInEveryPictureTheVersionThatItsPassportNames() throws InterruptedException {
        final Path out = folder.resolve("out.ts");
        try (Scenario scenario = Scenario.launch(
                Scenario.context(DeliveryPolicy.LIVE).frameListener(new PassportKeeper()));
            GatewaySession session = start(scenario, 3, out)) {
            Scenario.await("frames of the first set", () -> versionByPts.containsValue(0L));
            session.control(Map.of("u", 60, "v", 60));
            Scenario.await("frames of the second set", () -> versionByPts.containsValue(1L));
            session.control(Map.of("u", 200));
            Scenario.await("frames of the third set", () -> versionByPts.containsValue(2L));
            final var report = Scenario.awaitEnd(session);
            assertThat(report.failure()).isNull();
        }

        assertThat(versions).as("versions in order of publishing").isSorted().contains(0L, 1L, 2L);
        assertThat(List.copyOf(versionByPts.values())).as("versions in order of presentation").isSorted();
        final List<Picture> pictures = MediaProbe.of(out).pictures;
        assertThat(pictures).extracting(Picture::pts).containsExactlyElementsOf(versionByPts.keySet());
        for (final Picture picture : pictures) {
            assertColour(picture, versionByPts.get(picture.pts()));
        }
    }

    @Test
    void shouldShowAChangeAtMostAWindowAndAFrameAfterItsReceipt() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(
                Scenario.context(DeliveryPolicy.LIVE).frameListener(new PassportKeeper()));
            GatewaySession session = start(scenario, 3, folder.resolve("out.ts"))) {
            received = () -> !session.errors().isEmpty();
            Scenario.await("frames of the first set", () -> versions.size() > 10);

            session.control(Map.of("u", 60));
            session.control(Map.of("hue", 1)); // No such parameter: an error comes back.

            Scenario.await("receipt", received);
            Scenario.await("frames of the second set", () -> versions.contains(1L));
            session.stop();
            assertThat(Scenario.awaitEnd(session).failure()).isNull();
        }

        assertThat(versions).as("versions in order of publishing").isSorted().contains(0L, 1L);
        assertThat(oldFramesAfterReceipt.get()).as("frames with the old values published after receipt")
            .isLessThanOrEqualTo(FramePipelineContext.IN_FLIGHT_WINDOW_DEFAULT + 1);
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

    private static GatewaySession start(final Scenario scenario, final double seconds, final Path out) {
        return scenario.start(
            new SessionRequest("tint", START, "", ""), Scenario.pattern(seconds), SourcePace.REALTIME, out);
    }

    private static void assertColour(final Picture picture, final Long version) {
        assertThat(version).as("version of the picture at %d", picture.pts()).isNotNull();
        final int[] colour = COLOURS[version.intValue()];
        assertThat(Effects.mean(picture.u())).as("U of version %d at %d", version, picture.pts())
            .isCloseTo(colour[0], within(CHROMA_TOLERANCE));
        assertThat(Effects.mean(picture.v())).as("V of version %d at %d", version, picture.pts())
            .isCloseTo(colour[1], within(CHROMA_TOLERANCE));
    }

    private final class PassportKeeper implements FramePipelineListener {
        @Override
        public void onFramePublished(final FramePassport passport) {
            if (passport.parameterVersion() == 0 && received.getAsBoolean()) {
                oldFramesAfterReceipt.incrementAndGet();
            }
            versionByPts.put(passport.pts(), passport.parameterVersion());
            versions.add(passport.parameterVersion());
        }
    }
}
