package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.Packet;
import dev.rill.frame.source.MediaSource;
import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.session.SessionRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that is paced by its own clock: not too early, and never in the way of a stop. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // A stop that is not heard must fail, not hang.
class RealTimeTest {
    private static final SessionRequest TINT = new SessionRequest("tint", Map.of(), "", "");
    private static final long TICKS_PER_SECOND = 90_000L;
    private static final long FRAME_NS = TimeUnit.SECONDS.toNanos(1) / 30;
    private static final int FRAMES = 75;
    private static final int FRAMES_BEFORE_JUMP = 20;
    private static final long STOP_LIMIT_NS = TimeUnit.SECONDS.toNanos(5);

    @TempDir
    private Path folder;

    @Test
    void shouldTakeNoFrameFromTheSourceBeforeItIsDue() throws InterruptedException {
        final List<Long> dts = new ArrayList<>();
        final List<Long> takenNs = new ArrayList<>();
        final MediaSource source = new WatchedSource(Scenario.pattern(FRAMES / 30.0), packet -> {
            if (packet.kind() == Packet.Kind.VIDEO) {
                dts.add(packet.dts());
                takenNs.add(System.nanoTime());
            }
        });
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start(TINT, source, SourcePace.REALTIME, folder.resolve("out.ts"))) {
            final GatewayReport report = Scenario.awaitEnd(session);

            assertThat(report.failure()).isNull();
            assertThat(report.framesIn()).isEqualTo(FRAMES);
            assertThat(report.framesOut()).isEqualTo(FRAMES);
        }
        assertThat(dts).hasSize(FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            final long mediaNs = (dts.get(i) - dts.get(0)) * TimeUnit.SECONDS.toNanos(1) / TICKS_PER_SECOND;
            assertThat(takenNs.get(i) - takenNs.get(0)).as("time from the first frame to frame %d in ns", i)
                .isGreaterThanOrEqualTo(mediaNs - FRAME_NS);
        }
    }

    @ParameterizedTest(name = "{0} s ahead")
    @ValueSource(longs = {9, 7_200})
    void shouldCloseAtOnceWhenTheSourceJumpsAhead(final long seconds) throws InterruptedException {
        final AtomicBoolean jumped = new AtomicBoolean();
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE))) {
            final GatewaySession session =
                scenario.start(TINT, jumping(seconds, jumped), SourcePace.REALTIME, folder.resolve("out.ts"));
            Scenario.await("jump", jumped::get);
            final long startNs = System.nanoTime();

            session.close();

            assertThat(System.nanoTime() - startNs).as("time that close took in ns").isLessThan(STOP_LIMIT_NS);
            assertThat(session.awaitEnd(1)).as("over").isTrue();
            Scenario.await("session gone", () -> scenario.orchestrator.sessionCount() == 0);
        }
    }

    @Test
    void shouldEndSoonAfterAStopWhenTheSourceJumpsAhead() throws InterruptedException {
        final AtomicBoolean jumped = new AtomicBoolean();
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session =
                scenario.start(TINT, jumping(9, jumped), SourcePace.REALTIME, folder.resolve("out.ts"))) {
            Scenario.await("jump", jumped::get);
            final long startNs = System.nanoTime();

            session.stop();
            final GatewayReport report = Scenario.awaitEnd(session);

            assertThat(System.nanoTime() - startNs).as("time to the end in ns").isLessThan(STOP_LIMIT_NS);
            assertThat(report.failure()).isNull();
            assertThat(report.framesOut()).as("what had left came back").isGreaterThanOrEqualTo(FRAMES_BEFORE_JUMP - 1);
        }
    }

    /** A test pattern whose times leap ahead after some frames. */
    private static MediaSource jumping(final long seconds, final AtomicBoolean jumped) {
        final int[] frames = {0};
        return new WatchedSource(Scenario.pattern(60), packet -> {
            frames[0] += packet.kind() == Packet.Kind.VIDEO ? 1 : 0;
            if (frames[0] > FRAMES_BEFORE_JUMP) {
                final long ticks = seconds * TICKS_PER_SECOND;
                packet.describe(
                    packet.kind(), packet.pts() + ticks, packet.dts() + ticks, packet.isKeyframe(), packet.arrivalNs());
                jumped.set(true);
            }
        });
    }
}
