package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.frame.ts.TsWriter;
import dev.rill.gpu.BridgeSession;
import dev.rill.trickle.EndReason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineFaultTest {
    @Test
    void shouldDropTheOldestWaitingFramesWhenLiveAndTheDeviceIsSlow() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final SteppedPort port = new SteppedPort();
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 40, 40);
            fixture.launch(fixture.context().policy(DeliveryPolicy.LIVE).ringCapacity(4).inference(port.opener()));

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.settle();
            fixture.assertIdentity();
            final PipelineStats stuck = fixture.pipeline.stats();
            port.allowance = 1000;
            fixture.awaitEnd();

            final long kept = fixture.published.size();
            assertThat(stuck.inFlight()).as("%s", stuck).isEqualTo(kept);
            assertThat(kept).isBetween(4L + 3, 4L + 3 + 1);
            assertThat(fixture.pipeline.stats().dropped(DropReason.OVERRUN)).isEqualTo(40 - kept);
            assertThat(fixture.pipeline.stats().droppedTotal()).isEqualTo(40 - kept);
            assertThat(fixture.output.videoPts()).as("freshest wins")
                .endsWith(media.pts.subList(36, 40).toArray(new Long[0]));
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).as("audio is never dropped").hasSize(40);
        }
    }

    @Test
    void shouldWaitForTheDeviceInBatch() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final SteppedPort port = new SteppedPort();
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 40, 40);
            fixture.launch(fixture.context().ringCapacity(4).inference(port.opener()));

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.settle();
            final boolean wasConsumed = fixture.input.isConsumed();
            port.allowance = 1000;
            fixture.awaitEnd();

            assertThat(wasConsumed).isFalse();
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
        }
    }

    @Test
    void shouldCountFramesOnWhichTheModelFails() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final SteppedPort port = new SteppedPort();
            port.allowance = 1000;
            port.status = BridgeSession.KERNEL_FAILED;
            fixture.launch(fixture.context().inference(port.opener()));

            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 10, 10).segments)
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.pipeline.stats().dropped(DropReason.INFERENCE_FAILED)).isEqualTo(10);
            assertThat(fixture.errors).extracting(StreamError::code).contains(StreamError.Code.INFERENCE);
            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
        }
    }

    @Test
    void shouldFailWhenTheDeviceIsLost() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final SteppedPort port = new SteppedPort();
            port.refusal = BridgeSession.DEVICE_LOST;
            fixture.launch(fixture.context().inference(port.opener()));

            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 10, 10).segments);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.FAILED);
            assertThat(fixture.errors).singleElement().matches(StreamError::fatal)
                .extracting(StreamError::code).isEqualTo(StreamError.Code.INFERENCE);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldFollowAChangeOfResolution(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia small = TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20);
            final TestMedia large = TestMedia.video(fixture.bridge, 320, 240, 60_000, 20, 20);
            final TestMedia again = TestMedia.video(fixture.bridge, 128, 96, 120_000, 20, 20);
            fixture.launch(fixture.context().threadingMode(mode));

            fixture.input.segments(small.segments).segments(large.segments).segments(again.segments)
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<Long> expected = new ArrayList<>(small.pts);
            expected.addAll(large.pts);
            expected.addAll(again.pts);
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(expected);
            assertThat(fixture.output.units()).extracting(segment -> segment.get(0).pts())
                .containsExactly(0L, 60_000L, 120_000L);
            assertThat(fixture.output.units()).allMatch(segment -> segment.get(0).keyframe());
            assertThat(fixture.pipeline.stats().width()).isEqualTo(128);
        }
    }

    @Test
    void shouldGoOnBehindAGap() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 60, 20);
            fixture.launch(fixture.context());

            fixture.input.segment(media.segments.get(0)).gap(1).segment(media.segments.get(2))
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.output.videoPts()).hasSize(40)
                .containsExactlyElementsOf(without(media.pts, media.pts.subList(20, 40)));
            assertThat(fixture.pipeline.stats().segmentsLost()).isEqualTo(1);
            assertThat(fixture.errors).extracting(StreamError::code).containsExactly(StreamError.Code.INPUT_GAP);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 9, 14, 30})
    void shouldResumeAtTheNextKeyframeWhenPacketsAreLost(final int lostPacket) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 60, 20);
            fixture.launch(fixture.context());

            fixture.input.segment(cut(media.segments.get(0), lostPacket)).segment(media.segments.get(1))
                .segment(media.segments.get(2)).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final PipelineStats stats = fixture.pipeline.stats();
            assertThat(fixture.output.videoPts()).containsSubsequence(media.pts.subList(20, 60));
            assertThat(media.pts).containsSubsequence(fixture.output.videoPts());
            assertThat(stats.framesIn()).isEqualTo(60);
            assertThat(stats.framesOut() + stats.droppedTotal()).isEqualTo(60);
            assertThat(stats.continuityErrors() + stats.dropped(DropReason.HEADLESS)).isEqualTo(1);
            assertThat(stats.droppedTotal() + stats.audioDamaged()).isPositive();
            assertThat(fixture.errors).extracting(StreamError::code).contains(StreamError.Code.DAMAGED_INPUT);
        }
    }

    @Test
    void shouldDropWhatCannotBeDecodedAndResume() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 40, 20);
            final byte[] broken = media.segments.get(0).clone();
            Arrays.fill(broken, 2 * 188 + 60, 3 * 188, (byte) 0x55);
            fixture.launch(fixture.context());

            fixture.input.segment(broken).segment(media.segments.get(1)).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.output.videoPts()).endsWith(media.pts.subList(20, 40).toArray(new Long[0]));
            assertThat(fixture.pipeline.stats().framesIn()).isEqualTo(40);
        }
    }

    @Test
    void shouldPassAudioWhenThereIsNoVideoAndSaySo() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media =
                TestMedia.audioOnly(TsProgram.of(TsStream.h264(0x100), TsStream.aac(0x101)), 90_000, 6);
            fixture.launch(fixture.context().keyframeIntervalTicks(30_000));

            fixture.input.segments(media.segments);
            fixture.settle();
            final int before = fixture.output.units(Packet.Kind.AUDIO).size();
            final TestMedia late = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 900_000, 20, 20);
            fixture.input.segments(late.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(before).isEqualTo(60);
            assertThat(fixture.errors).extracting(StreamError::code).containsExactly(StreamError.Code.NO_VIDEO);
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(late.pts);
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSize(80);
            assertThat(fixture.output.segments()).hasSizeGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void shouldPassAudioOfAProgramWithoutVideoAtOnce() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.audioOnly(TsProgram.of(TsStream.opus(0x101, 2)), 90_000, 2);
            fixture.launch(fixture.context());

            fixture.input.segments(media.segments);
            fixture.settle();

            assertThat(fixture.output.units(Packet.Kind.AUDIO)).extracting(Unit::payload)
                .containsExactlyElementsOf(media.audio);
        }
    }

    @Test
    void shouldDropVideoThatIsNotH264AndSaySo() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 10, 10);
            final byte[] foreign = asStreamType(media.segments.get(0), 0x24);
            fixture.launch(fixture.context());

            fixture.input.segment(foreign).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.pipeline.stats().dropped(DropReason.UNSUPPORTED)).isEqualTo(10);
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSize(10);
            assertThat(fixture.errors).extracting(StreamError::code).contains(StreamError.Code.UNSUPPORTED_VIDEO);
        }
    }

    @Test
    void shouldRestartTheEncoderWhenTimeJumpsBack() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia late = TestMedia.video(fixture.bridge, 128, 96, 9_000_000, 20, 20);
            final TestMedia early = TestMedia.video(fixture.bridge, 128, 96, 3000, 20, 20);
            fixture.launch(fixture.context());

            fixture.input.segments(late.segments).segments(early.segments).segments(early.segments)
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<Long> expected = new ArrayList<>(late.pts);
            expected.addAll(early.pts);
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(expected);
            assertThat(fixture.pipeline.stats().dropped(DropReason.TIME_WENT_BACK)).isEqualTo(20);
        }
    }

    @Test
    void shouldEndWhenTheOutputIsRefused() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.output.failure = EndReason.CHANNEL_NOT_FOUND;
            fixture.launch(fixture.context());

            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20).segments);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.OUTPUT_REFUSED);
            assertThat(fixture.errors).singleElement().matches(StreamError::fatal)
                .matches(error -> error.message().contains("CHANNEL_NOT_FOUND"));
        }
    }

    @Test
    void shouldFailWhenTheEncoderCannotBeOpened() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().encoderName("no_such_encoder"));

            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20).segments);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.FAILED);
            assertThat(fixture.errors).singleElement().matches(StreamError::fatal)
                .matches(error -> error.message().contains("no_such_encoder"));
        }
    }

    @ParameterizedTest
    @EnumSource(EndReason.class)
    void shouldEndAsTheInputEnds(final EndReason reason) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().policy(DeliveryPolicy.LIVE));

            fixture.input.end(reason);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(switch (reason) {
                case CHANNEL_CLOSED -> PipelineEnd.CHANNEL_CLOSED;
                case CHANNEL_NOT_FOUND -> PipelineEnd.CHANNEL_NOT_FOUND;
                case PEER_LOST, REFUSED, NOT_TRUSTED -> PipelineEnd.INPUT_LOST;
                case CLOSED -> PipelineEnd.CLOSED;
            });
            assertThat(fixture.output.segments()).isEmpty();
        }
    }

    private static List<Long> without(final List<Long> all, final List<Long> missing) {
        final List<Long> rest = new ArrayList<>(all);
        rest.removeAll(missing);
        return rest;
    }

    private static byte[] cut(final byte[] segment, final int packet) {
        final ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(segment, 0, packet * 188);
        rest.write(segment, (packet + 1) * 188, segment.length - (packet + 1) * 188);
        return rest.toByteArray();
    }

    /** Rewrites the program map so that its first stream has another type. */
    private static byte[] asStreamType(final byte[] segment, final int streamType) {
        final TsProgram program = TsProgram.of(
            new TsStream(0x100, streamType, Packet.Kind.VIDEO, new byte[0]), TsStream.aac(0x101));
        final ByteArrayOutputStream head = new ByteArrayOutputStream();
        new TsWriter(program).beginSegment(buffer -> {
            final byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            head.writeBytes(chunk);
        });
        head.write(segment, 2 * 188, segment.length - 2 * 188);
        return head.toByteArray();
    }
}
