package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import dev.rill.trickle.EndReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FramePipelineTest {
    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldCarryEveryFrameAndEveryAudioUnit(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 900_000, 75, 25);
            fixture.launch(fixture.context().threadingMode(mode));

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(fixture.output.units(Packet.Kind.VIDEO)).allMatch(unit -> unit.pts() == unit.dts());
            assertThat(fixture.output.units(Packet.Kind.AUDIO).stream().map(Unit::payload).toList())
                .usingElementComparator(Comparator.comparing(Arrays::toString))
                .containsExactlyElementsOf(media.audio);
            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
            assertThat(fixture.errors).isEmpty();
            assertThat(fixture.output.closed).isTrue();
            assertThat(fixture.output.openSegments()).isZero();
            assertStats(fixture.pipeline.stats(), media);
        }
    }

    private static void assertStats(final PipelineStats stats, final TestMedia media) {
        final int frames = media.pts.size();
        assertThat(stats.framesIn()).isEqualTo(frames);
        assertThat(stats.framesDecoded()).isEqualTo(frames);
        assertThat(stats.framesOut()).isEqualTo(frames);
        assertThat(stats.droppedTotal()).isZero();
        assertThat(stats.audioPacketsIn()).isEqualTo(media.audio.size());
        assertThat(stats.audioPacketsOut()).isEqualTo(media.audio.size());
        assertThat(stats.segmentsIn()).isEqualTo(media.segments.size());
        assertThat(stats.bytesIn()).isEqualTo(media.segments.stream().mapToLong(segment -> segment.length).sum());
        assertThat(stats.width()).isEqualTo(128);
        assertThat(stats.height()).isEqualTo(96);
        assertThat(stats.latencies().values()).allMatch(latency -> latency.count() == frames);
        assertThat(stats.ledger().publishedBytes()).isEqualTo(stats.bytesOut()).isEqualTo(stats.ledger().muxedBytes());
        assertThat(stats.ledger().heldBackBytes()).isZero();
        assertThat(stats.ledger().demuxedBytes()).isPositive().isLessThan(stats.bytesIn());
    }

    @Test
    void shouldPublishThePicturesThatTheModelMade() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 12, 12);
            fixture.launch(fixture.context().model(Model.builtIn("invert")));

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<int[]> before = luma(fixture.bridge, TestOutput.read(media.segments.get(0)));
            final List<int[]> after = luma(fixture.bridge, fixture.output.units(Packet.Kind.VIDEO));
            assertThat(after).hasSize(12).hasSameSizeAs(before);
            for (int i = 0; i < 12; i++) {
                final int[] inverted = Arrays.stream(before.get(i)).map(luma -> 251 - luma).toArray();
                assertThat(meanDifference(after.get(i), inverted)).as("frame %d", i).isLessThan(8);
                assertThat(meanDifference(after.get(i), before.get(i))).as("frame %d", i).isGreaterThan(30);
            }
        }
    }

    private static double meanDifference(final int[] left, final int[] right) {
        return IntStream.range(0, left.length).map(i -> Math.abs(left[i] - right[i])).average().orElseThrow();
    }

    private static List<int[]> luma(final Bridge bridge, final List<Unit> units) {
        final PacketPool pool = new PacketPool();
        final List<int[]> pictures = new ArrayList<>();
        final DecoderSlots slots = new DecoderSlots(bridge, 4);
        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (final Unit unit : units) {
                final Packet packet = pool.acquire();
                packet.append(ByteBuffer.wrap(unit.payload()));
                packet.describe(unit.kind(), unit.pts(), unit.dts(), unit.keyframe(), 0);
                decoder.decode(packet, (slot, pts, arrivalNs, keyframe) -> {
                    pictures.add(luma(slot));
                    slot.release();
                });
                packet.release();
            }
        }
        slots.close();
        return pictures;
    }

    private static int[] luma(final FrameSlot slot) {
        final int width = slot.format().width();
        final int[] samples = new int[width * slot.format().height()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = slot.plane(0).get(i / width * slot.format().planeStride(0) + i % width) & 0xFF;
        }
        return samples;
    }

    /** LS-16. */
    @Test
    void shouldSkipSegmentsWithoutAByte() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 30, 10);
            fixture.launch(fixture.context());

            for (final byte[] segment : media.segments) {
                fixture.input.segment(new byte[0]).segment(segment).segment(new byte[0]).segment(new byte[0]);
            }
            fixture.input.end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSize(30);
            assertThat(fixture.errors).isEmpty();
            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
        }
    }

    @Test
    void shouldBeginASegmentWithAKeyframeEveryTwoSeconds() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 130, 26);
            fixture.launch(fixture.context());

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<List<Unit>> segments = fixture.output.units();
            assertThat(segments).hasSize(3);
            for (int i = 0; i < segments.size(); i++) {
                final List<Unit> video =
                    segments.get(i).stream().filter(unit -> unit.kind() == Packet.Kind.VIDEO).toList();
                assertThat(video.get(0).keyframe()).isTrue();
                assertThat(video.get(0).pts()).isEqualTo(90_000 + i * 180_000L);
                assertThat(video.stream().filter(Unit::keyframe)).hasSize(1);
            }
        }
    }

    @Test
    void shouldWriteAudioInFrontOfTheVideoThatItBelongsTo() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 30, 30);
            fixture.launch(fixture.context());

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.output.units().get(0)).extracting(Unit::pts)
                .isSortedAccordingTo(Comparator.naturalOrder());
        }
    }

    @Test
    void shouldStampEveryStageInOrder() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context());
            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20).segments)
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.published).hasSize(20).allSatisfy(frame ->
                assertThat(frame.stamps()).isSortedAccordingTo(Comparator.naturalOrder())
                    .allMatch(stamp -> stamp != 0));
            assertThat(fixture.published).extracting(PipelineFixture.Published::sequence)
                .isSortedAccordingTo(Comparator.naturalOrder());
            assertThat(fixture.published.get(0).keyframe()).isTrue();
        }
    }

    @Test
    void shouldKeepTheIdentityWhileFramesAreInFlight() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context());
            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 40, 20).segments);

            long seenInFlight = 0;
            while (fixture.pipeline.stats().framesOut() < 40) {
                fixture.pipeline.invoke();
                fixture.assertIdentity();
                seenInFlight = Math.max(seenInFlight, fixture.pipeline.stats().inFlight());
            }

            assertThat(seenInFlight).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldApplyParametersBehindTheFramesInFlight(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 60, 20);
            fixture.launch(fixture.context().threadingMode(mode));
            final long[] version = new long[1];
            fixture.onPublished = () -> {
                if (fixture.published.size() == 30) {
                    version[0] = fixture.pipeline.update(Map.of("strength", 0.1));
                    version[0] = fixture.pipeline.update(Map.of("u", 17.0));
                }
            };

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<Long> versions = fixture.published.stream().map(PipelineFixture.Published::version).toList();
            assertThat(versions).isSortedAccordingTo(Comparator.naturalOrder()).hasSize(60);
            assertThat(version[0]).isEqualTo(2);
            final int first = versions.indexOf(2L);
            final int window = FramePipelineContext.IN_FLIGHT_WINDOW_DEFAULT;
            assertThat(first).isBetween(30, 30 + window + 1);
            assertThat(versions).doesNotContain(1L);
            assertThat(fixture.pipeline.parameters().value("strength")).isEqualTo(0.1);
            assertThat(fixture.pipeline.stats().parameterVersion()).isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseWrongParametersAndKeepTheOldOnes() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context());

            assertThatThrownBy(() -> fixture.pipeline.update(Map.of("nonsense", 1.0)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("nonsense");
            assertThatThrownBy(() -> fixture.pipeline.parameters(Model.builtIn("edge").defaults()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("edge");
            assertThat(fixture.pipeline.parameters().version()).isZero();
            assertThat(fixture.pipeline.parameters(Model.builtIn("tint").defaults())).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldAccountForEveryFrameOfABurstWhenLive(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 200, 50);
            fixture.launch(fixture.context().threadingMode(mode).policy(DeliveryPolicy.LIVE).ringCapacity(2));

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final PipelineStats stats = fixture.pipeline.stats();
            assertThat(stats.framesIn()).isEqualTo(200);
            assertThat(stats.framesOut() + stats.dropped(DropReason.OVERRUN)).as("%s", stats).isEqualTo(200);
            assertThat(media.pts).containsSubsequence(fixture.output.videoPts());
            assertThat(fixture.output.videoPts()).hasSize((int) stats.framesOut()).endsWith(media.pts.get(199));
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSize(200);
        }
    }

    @Test
    void shouldEndWhenItsPublisherWasClosed() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context());
            fixture.output.closed = true;
            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 10, 10).segments);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.OUTPUT_REFUSED);
        }
    }

    @Test
    void shouldLoseNothingWhenTheOutputPushesBack() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 80, 20);
            fixture.launch(fixture.context());
            fixture.output.pushesBack = true;
            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);

            fixture.settle();
            final boolean wasConsumed = fixture.input.isConsumed();
            fixture.assertIdentity();
            fixture.output.pushesBack = false;
            fixture.awaitEnd();

            assertThat(wasConsumed).as("the input is not read while the output pushes back").isFalse();
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSameSizeAs(media.audio);
            assertThat(fixture.pipeline.stats().ledger().heldBackBytes()).isPositive();
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
        }
    }

    @Test
    void shouldRunTwiceInOneProcess() {
        try (PipelineFixture first = new PipelineFixture(); PipelineFixture second = new PipelineFixture()) {
            final TestMedia firstMedia = TestMedia.video(first.bridge, 128, 96, 0, 40, 20);
            final TestMedia secondMedia = TestMedia.video(second.bridge, 160, 112, 7000, 30, 15);
            first.launch(first.context().threadingMode(ThreadingMode.SHARED));
            second.launch(second.context().threadingMode(ThreadingMode.DEDICATED).model(Model.builtIn("edge")));

            first.input.segments(firstMedia.segments).end(EndReason.CHANNEL_CLOSED);
            second.input.segments(secondMedia.segments).end(EndReason.CHANNEL_CLOSED);
            first.awaitEnd();
            second.awaitEnd();

            assertThat(first.output.videoPts()).containsExactlyElementsOf(firstMedia.pts);
            assertThat(second.output.videoPts()).containsExactlyElementsOf(secondMedia.pts);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldGiveEverythingBackWhenClosedInTheMiddle(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 60, 20);
            fixture.launch(fixture.context().threadingMode(mode));
            fixture.input.segments(media.segments);
            fixture.await("some frames are out", () -> fixture.published.size() >= 5);

            fixture.pipeline.close();
            fixture.pipeline.close();

            assertThat(fixture.ends).containsExactly(PipelineEnd.CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldLetTheListenerClose(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 40, 20);
            fixture.onPublished = () -> fixture.pipeline.close();
            fixture.launch(fixture.context().threadingMode(mode));

            fixture.input.segments(media.segments);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.CLOSED);
        }
    }

    @Test
    void shouldNameTheOptionThatIsWrong() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            assertThatThrownBy(() -> FramePipeline.launch(fixture.context().ringCapacity(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ringCapacity: expected a power of two in 2..256, actual 3");
            assertThat(fixture.input.closed && fixture.output.closed).isTrue();
        }
    }

    @Test
    void shouldRefuseInvocationWhenItHasThreads() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().threadingMode(ThreadingMode.SHARED));

            assertThatThrownBy(() -> fixture.pipeline.invoke()).isInstanceOf(IllegalStateException.class);
        }
    }
}
