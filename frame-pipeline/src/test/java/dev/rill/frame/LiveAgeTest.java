package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.Test;

/** Freshest frame wins: what waits too long is dropped, on a clock that the test moves. */
class LiveAgeTest {
    private final AtomicLong nowNs = new AtomicLong(1_000_000_000L);
    private final SteppedPort port = new SteppedPort();

    private FramePipelineContext live(final PipelineFixture fixture, final NanoClock clock) {
        return fixture.context().policy(DeliveryPolicy.LIVE).inFlightWindow(1).clock(clock).inference(port.opener());
    }

    private void advance(final long ms) {
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    @Test
    void shouldSubmitTheFreshestFrameWhenOlderOnesWaitedTooLong() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 6, 6);
            fixture.launch(live(fixture, nowNs::get));
            fixture.input.segments(media.segments);
            fixture.settle();
            advance(251);
            port.allowance = 1;
            fixture.settle();
            port.allowance = 100;
            fixture.settle();

            assertThat(fixture.output.videoPts()).as("the one in the bridge, then the freshest")
                .containsExactly(media.pts.get(0), media.pts.get(5));
            assertThat(fixture.pipeline.stats().dropped(DropReason.TOO_OLD)).isEqualTo(4);
            assertThat(fixture.dropped).containsExactly("1 3000 too-old", "2 6000 too-old", "3 9000 too-old",
                "4 12000 too-old");
        }
    }

    @Test
    void shouldKeepFramesThatAreJustYoungEnough() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 6, 6);
            fixture.launch(live(fixture, nowNs::get));
            fixture.input.segments(media.segments);
            fixture.settle();
            advance(250);
            port.allowance = 100;
            fixture.settle();

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
        }
    }

    @Test
    void shouldTryTheFreshestFrameHoweverOldItIs() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 2, 1);
            fixture.launch(live(fixture, nowNs::get));
            fixture.input.segments(media.segments);
            fixture.settle();
            advance(60_000);
            port.allowance = 100;
            fixture.settle();

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
        }
    }

    @Test
    void shouldNeverDropForAgeInBatch() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 40, 10);
            fixture.launch(live(fixture, nowNs::get).policy(DeliveryPolicy.BATCH));
            fixture.input.segments(media.segments);
            fixture.settle();
            advance(60_000);
            port.allowance = 1000;
            fixture.settle();

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
        }
    }

    /** The clock moves 20 ms whenever it is read: decoding takes longer than the frames last. */
    @Test
    void shouldGoOnAtTheNewestKeyframeWhenDecodingFallsBehind() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 60, 20);
            fixture.launch(live(fixture, () -> nowNs.addAndGet(20_000_000L)).inFlightWindow(8));
            port.allowance = 1000;
            final ByteArrayOutputStream all = new ByteArrayOutputStream();
            media.segments.forEach(all::writeBytes);

            fixture.input.part(all.toByteArray());
            fixture.settle();

            final PipelineStats stats = fixture.pipeline.stats();
            assertThat(stats.dropped(DropReason.TOO_OLD)).isGreaterThanOrEqualTo(40);
            assertThat(stats.framesDecoded()).as("frames decoded: those of the last GOP").isEqualTo(20);
            assertThat(stats.dropped(DropReason.AWAITING_KEYFRAME) + stats.dropped(DropReason.UNDECODABLE)).isZero();
            assertThat(fixture.output.videoPts()).as("the freshest").contains(media.pts.get(59));
            fixture.assertIdentity();
        }
    }

    @Test
    void shouldTellEveryDropOnceWithItsReason() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 30, 10);
            fixture.launch(fixture.context());
            final byte[] damaged = media.segments.get(1);
            System.arraycopy(new byte[188], 0, damaged, 188 * 6, 188);

            fixture.input.segments(List.of(media.segments.get(0), damaged, media.segments.get(2)))
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final PipelineStats stats = fixture.pipeline.stats();
            assertThat(stats.droppedTotal()).isPositive();
            assertThat(fixture.dropped).hasSize((int) stats.droppedTotal());
            stats.dropped().forEach((reason, count) -> assertThat(fixture.dropped.stream()
                .filter(line -> line.endsWith(" " + reason.label()))).as(reason.label()).hasSize(count.intValue()));
        }
    }
}
