package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.codec.MediaException;
import dev.rill.frame.media.FlatVideo;
import dev.rill.frame.sink.ChannelSink;
import dev.rill.frame.source.ChannelSource;
import dev.rill.frame.source.DecodedPackets;
import dev.rill.frame.transcode.RenditionStats;
import dev.rill.frame.transcode.TranscodeProfile;
import dev.rill.frame.transcode.Transcoder;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel made into several: segment by segment, and each rendition by itself. */
@Timeout(60)
class LiveTranscodeTest {
    private static final int GOP = 8;
    private static final int SEGMENTS = 5;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
    private final MediaThreads threads = MediaThreads.start(2);
    private final PacketPool packets = new PacketPool();
    private final TestInput input = new TestInput();
    private final Map<String, TestOutput> outputs = new HashMap<>();

    @AfterEach
    void assertNothingLeft() {
        threads.close();
        assertThat(input.closed).as("subscriber is closed").isTrue();
        assertThat(outputs.values()).allMatch(output -> output.closed);
        assertThat(packets.outstanding()).as("packets not given back").isZero();
        assertThat(bridge.outstandingSlots()).as("slots not given back").isZero();
        assertThat(bridge.openPools()).isZero();
        bridge.close();
    }

    @Test
    void shouldKeepTheSegmentsOfTheChannelWithEveryFrameAndItsSound() {
        final TestMedia media = TestMedia.videoAndAudio(bridge, 160, 96, 900, SEGMENTS * GOP, GOP);
        input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);

        final List<RenditionStats> stats = run(DeliveryPolicy.BATCH, "name=same", "name=half,width=80,gop=0.1s");

        assertThat(stats).allSatisfy(rendition -> {
            assertThat(rendition.framesOut()).isEqualTo(SEGMENTS * GOP);
            assertThat(rendition.segments()).isEqualTo(SEGMENTS);
        });
        for (final TestOutput output : outputs.values()) {
            final List<List<TestOutput.Unit>> segments = output.units();
            assertThat(segments).hasSize(SEGMENTS);
            for (int n = 0; n < SEGMENTS; n++) {
                final List<TestOutput.Unit> in = TestOutput.read(media.segments.get(n));
                assertThat(times(segments.get(n), Packet.Kind.VIDEO)).as("frames of segment %d", n)
                    .isEqualTo(times(in, Packet.Kind.VIDEO));
                assertThat(of(segments.get(n), Packet.Kind.VIDEO).get(0).keyframe()).as("begin of %d", n).isTrue();
                assertThat(of(segments.get(n), Packet.Kind.AUDIO)).as("sound of segment %d", n)
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactlyElementsOf(of(in, Packet.Kind.AUDIO));
            }
        }
        assertThat(of(outputs.get("half").units().get(0), Packet.Kind.VIDEO)).filteredOn(TestOutput.Unit::keyframe)
            .as("keyframes within a segment, by the profile").hasSizeGreaterThan(1);
    }

    @Test
    void shouldLeaveASegmentEmptyThatHasNoFrameOfARendition() {
        input.segments(TestMedia.video(bridge, 160, 96, 0, SEGMENTS * GOP, GOP).segments)
            .end(EndReason.CHANNEL_CLOSED);

        run(DeliveryPolicy.BATCH, "name=slow,fps=1");

        assertThat(outputs.get("slow").units()).extracting(List::size).containsExactly(1, 0, 0, 1, 0);
    }

    @Test
    void shouldGoOnBehindAGapAndBehindDamage() {
        final TestMedia media = TestMedia.video(bridge, 160, 96, 0, 4 * GOP, GOP);
        input.segment(media.segments.get(0)).gap(2).segment(new byte[188 * 3]).segment(media.segments.get(2))
            .end(EndReason.CHANNEL_CLOSED);

        final List<RenditionStats> stats = run(DeliveryPolicy.BATCH, "name=same");

        assertThat(stats.get(0).framesOut()).isEqualTo(2 * GOP);
        assertThat(outputs.get("same").units()).extracting(List::size).containsExactly(GOP, 0, GOP);
    }

    @Test
    void shouldGoOnWhereTimeJumpsBack() {
        final TestMedia late = TestMedia.video(bridge, 160, 96, 9_000_000, GOP, GOP);
        final TestMedia early = TestMedia.video(bridge, 160, 96, 0, GOP, GOP);
        input.segments(late.segments).segments(early.segments).end(EndReason.CHANNEL_CLOSED);

        final List<RenditionStats> stats = run(DeliveryPolicy.BATCH, "name=same");

        assertThat(stats.get(0).framesOut()).isEqualTo(2 * GOP);
        assertThat(outputs.get("same").units()).extracting(List::size).containsExactly(GOP, GOP);
        assertThat(outputs.get("same").units()).allMatch(segment -> segment.get(0).keyframe());
    }

    @Test
    void shouldCountSoundBehindWhichNoPictureCame() {
        final TestMedia media = TestMedia.videoAndAudio(bridge, 160, 96, 0, GOP, GOP);
        final TsProgram program = TsProgram.of(TsStream.h264(0x100), TsStream.aac(0x101));
        final TestMedia sound = TestMedia.audioOnly(program, 90_000, 1);
        input.segments(media.segments).segments(sound.segments).end(EndReason.CHANNEL_CLOSED);

        final List<RenditionStats> stats = run(DeliveryPolicy.BATCH, "name=same");

        assertThat(stats.get(0).audioUnits()).isEqualTo(media.audio.size());
        assertThat(stats.get(0).audioFailed()).isEqualTo(sound.audio.size());
        assertThat(outputs.get("same").units()).extracting(List::size)
            .containsExactly(GOP + media.audio.size(), 0);
    }

    @Test
    void shouldGiveUpFramesOfTheRenditionThatIsBehindAndOfNoOther() throws Exception {
        final TestMedia media = TestMedia.video(bridge, 160, 96, 0, SEGMENTS * GOP, GOP);
        try (DecodedPackets source = feed(media, 0); Transcoder transcoder =
            transcoder(source, DeliveryPolicy.LIVE, "name=stuck", "name=free")) {
            outputs.get("stuck").pushesBack = true;
            final CompletableFuture<Boolean> run = CompletableFuture.supplyAsync(transcoder::run);
            for (int n = 0; n < SEGMENTS; n++) {
                final long frames = (long) GOP * (n + 1);
                Await.until(() -> "frames " + transcoder.stats(),
                    () -> transcoder.stats().get(1).framesOut() == frames);
                if (n < SEGMENTS - 1) {
                    input.segment(media.segments.get(n + 1));
                }
            }
            assertThat(transcoder.stats().get(0).framesLate()).isPositive();
            outputs.get("stuck").pushesBack = false;
            input.end(EndReason.CHANNEL_CLOSED);
            assertThat(run.get(30, TimeUnit.SECONDS)).isTrue();

            final RenditionStats stuck = transcoder.stats().get(0);
            assertThat(stuck.framesOut() + stuck.framesLate()).isEqualTo(SEGMENTS * GOP).isEqualTo(stuck.framesIn());
            assertThat(stuck.failure()).isNull();
            assertThat(transcoder.stats().get(1).framesLate()).isZero();
        }
        assertThat(outputs.get("stuck").units()).hasSize(SEGMENTS);
        assertThat(outputs.get("free").videoPts()).isEqualTo(media.pts);
    }

    @Test
    void shouldFailARenditionAloneWhoseChannelRefuses() {
        input.segments(TestMedia.video(bridge, 160, 96, 0, SEGMENTS * GOP, GOP).segments)
            .end(EndReason.CHANNEL_CLOSED);
        try (DecodedPackets source = open();
            Transcoder transcoder = transcoder(source, DeliveryPolicy.BATCH, "name=gone", "name=kept")) {
            outputs.get("gone").failure = EndReason.CHANNEL_CLOSED;

            assertThat(transcoder.run()).isTrue();

            assertThat(transcoder.stats().get(0).failure()).contains("gone", "refuses data", "CHANNEL_CLOSED");
            assertThat(transcoder.stats().get(0).framesFailed()).isEqualTo(SEGMENTS * GOP);
            assertThat(transcoder.stats().get(1).framesOut()).isEqualTo(SEGMENTS * GOP);
        }
    }

    @Test
    void shouldMakeWhatArrivedAndTellThatThePeerIsLost() {
        input.segments(TestMedia.video(bridge, 160, 96, 0, GOP, GOP).segments).end(EndReason.PEER_LOST);
        try (DecodedPackets source = open();
            Transcoder transcoder = transcoder(source, DeliveryPolicy.LIVE, "name=same")) {
            assertThatThrownBy(transcoder::run).isInstanceOf(MediaException.class)
                .hasMessage("channel in: expected to go on, actual end: PEER_LOST");
        }
    }

    @Test
    void shouldTakeNoMemoryForPicturesThatNoPeerShouldSend() {
        input.segment(new FlatStream().segment(List.of(new FlatVideo(8192, 8192).keyframe())))
            .end(EndReason.CHANNEL_CLOSED);

        final List<RenditionStats> stats = run(DeliveryPolicy.LIVE, "name=small,width=64");

        assertThat(stats.get(0).framesIn()).isZero();
        assertThat(bridge.openPools()).isZero();
    }

    @Test
    void shouldNameAChannelThatIsOfNoUse() {
        input.segment(new byte[188]).end(EndReason.CHANNEL_CLOSED);

        assertThatThrownBy(this::open).isInstanceOf(MediaException.class)
            .hasMessage("channel in: expected a transport stream, actual end of the channel: CHANNEL_CLOSED");
    }

    @Test
    void shouldNameAChannelWithoutVideo() {
        input.segments(TestMedia.audioOnly(TsProgram.of(TsStream.aac(0x101)), 0, 1).segments);

        assertThatThrownBy(this::open).isInstanceOf(MediaException.class)
            .hasMessageContaining("channel in: expected H.264 video");
    }

    private List<RenditionStats> run(final DeliveryPolicy policy, final String... profiles) {
        try (DecodedPackets source = open(); Transcoder transcoder = transcoder(source, policy, profiles)) {
            assertThat(transcoder.run()).isTrue();
            assertThat(transcoder.stats()).extracting(RenditionStats::failure).containsOnlyNulls();
            return transcoder.stats();
        }
    }

    private DecodedPackets feed(final TestMedia media, final int segment) {
        input.segment(media.segments.get(segment));
        return open();
    }

    private DecodedPackets open() {
        return new DecodedPackets(ChannelSource.open("in", input, packets, SystemNanoClock.INSTANCE, DEADLINE_NS),
            bridge, Transcoder.framesFor(3));
    }

    private Transcoder transcoder(final DecodedPackets source, final DeliveryPolicy policy, final String... profiles) {
        return new Transcoder(source, Stream.of(profiles).map(TranscodeProfile::parse).toList(), bridge, threads,
            policy, profile -> {
                final TestOutput output = new TestOutput();
                outputs.put(profile.name(), output);
                return new ChannelSink(profile.name(), output);
            });
    }

    private static List<TestOutput.Unit> of(final List<TestOutput.Unit> units, final Packet.Kind kind) {
        return units.stream().filter(unit -> unit.kind() == kind).toList();
    }

    private static List<Long> times(final List<TestOutput.Unit> units, final Packet.Kind kind) {
        return of(units, kind).stream().map(TestOutput.Unit::pts).toList();
    }
}
