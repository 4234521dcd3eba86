package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.media.FlatVideo;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.trickle.EndReason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
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

    /** All frames are here and wait, the first of them in the bridge. */
    private TestMedia waiting(final PipelineFixture fixture, final DeliveryPolicy policy, final int frames) {
        final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, frames, frames);
        fixture.launch(live(fixture, nowNs::get).policy(policy));
        fixture.input.segments(media.segments);
        fixture.settle();
        return media;
    }

    private void advance(final long ms) {
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    @Test
    void shouldSubmitTheFreshestFrameWhenOlderOnesWaitedTooLong() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = waiting(fixture, DeliveryPolicy.LIVE, 6);
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
            final TestMedia media = waiting(fixture, DeliveryPolicy.LIVE, 6);
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
            final TestMedia media = waiting(fixture, DeliveryPolicy.LIVE, 2);
            advance(60_000);
            port.allowance = 100;
            fixture.settle();

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
        }
    }

    @Test
    void shouldNeverDropForAgeInBatch() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = waiting(fixture, DeliveryPolicy.BATCH, 40);
            advance(60_000);
            port.allowance = 1000;
            fixture.settle();

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
        }
    }

    /** The clock moves 20 ms whenever it is read: decoding takes longer than the frames last. */
    private PipelineStats fallBehind(final PipelineFixture fixture, final List<byte[]> segments) {
        fixture.launch(live(fixture, () -> nowNs.addAndGet(20_000_000L)).inFlightWindow(8));
        port.allowance = 1000;
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        segments.forEach(all::writeBytes);

        fixture.input.part(all.toByteArray());
        fixture.settle();
        fixture.assertIdentity();
        return fixture.pipeline.stats();
    }

    @Test
    void shouldGoOnAtTheNewestKeyframeWhenDecodingFallsBehind() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 60, 20);

            final PipelineStats stats = fallBehind(fixture, media.segments);

            assertThat(stats.dropped(DropReason.TOO_OLD)).isGreaterThanOrEqualTo(40);
            assertThat(stats.framesDecoded()).as("frames decoded: those of the last GOP").isEqualTo(20);
            assertThat(stats.dropped(DropReason.AWAITING_KEYFRAME) + stats.dropped(DropReason.UNDECODABLE)).isZero();
            assertThat(fixture.output.videoPts()).as("the freshest").contains(media.pts.get(59));
        }
    }

    @Test
    void shouldLeaveOutFirstWhatNothingBuildsOnWhenDecodingFallsBehind() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final FlatVideo video = new FlatVideo(128, 96);
            final List<byte[]> units = new ArrayList<>(List.of(video.keyframe()));
            for (int i = 0; i < 20; i++) {
                units.add(video.disposable());
                units.add(video.repeat());
            }

            final PipelineStats stats = fallBehind(fixture, List.of(new FlatStream().segment(units)));

            final long leftOut = stats.dropped(DropReason.NOT_REFERENCED);
            assertThat(leftOut).isBetween(10L, 20L);
            assertThat(stats.framesDecoded()).as("all others").isEqualTo(41 - leftOut);
            assertThat(stats.dropped(DropReason.AWAITING_KEYFRAME) + stats.dropped(DropReason.UNDECODABLE)).isZero();
            assertThat(fixture.dropped).filteredOn(line -> line.endsWith("not-referenced"))
                .allMatch(line -> Long.parseLong(line.substring(0, line.indexOf(' '))) % 2 == 1);
        }
    }

    @Test
    void shouldGoOnAtAKeyframeBehindAChangeOfTheProgram() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia before = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 0, 20, 20);
            final TestMedia sound = TestMedia.audioOnly(TsProgram.of(TsStream.aac(0x101)), 60_000, 2);
            final TestMedia after = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 100_000, 20, 20);
            final List<byte[]> segments = new ArrayList<>(before.segments);
            segments.addAll(sound.segments);
            segments.addAll(after.segments);

            final PipelineStats stats = fallBehind(fixture, segments);

            assertThat(stats.dropped(DropReason.TOO_OLD)).isGreaterThanOrEqualTo(20);
            assertThat(stats.framesDecoded()).as("frames decoded: those behind the change").isEqualTo(20);
            assertThat(stats.dropped(DropReason.AWAITING_KEYFRAME) + stats.dropped(DropReason.UNDECODABLE)).isZero();
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
