package dev.rill.frame;

import static dev.rill.frame.FlatStream.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.media.FlatVideo;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.gpu.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of streams that are H.264, but not as cameras make it; each is followed by an ordinary one. */
class OddStreamTest {
    private static final int FRAMES = 8;
    private static final int USUAL = 10;

    private final AtomicLong nowNs = new AtomicLong(1_000_000_000L);
    private final FlatStream stream = new FlatStream();

    private byte[] segment(final List<byte[]> units) {
        return stream.segment(units);
    }

    private PipelineFixture launch(final PipelineFixture fixture) {
        return fixture.launch(fixture.context().model(Model.builtIn("identity")).clock(nowNs::get));
    }

    /** Plays a segment, then an ordinary one, of which every frame must come out. */
    private PipelineStats playAndRecover(final PipelineFixture fixture, final byte[] odd) {
        return playAndRecover(fixture, odd, 0);
    }

    private PipelineStats playAndRecover(final PipelineFixture fixture, final byte[] odd, final int inside) {
        fixture.input.segment(odd);
        fixture.drain(inside);
        fixture.assertIdentity();
        final PipelineStats stats = fixture.pipeline.stats();
        final long first = stream.time;
        fixture.input.segment(segment(group(new FlatVideo(320, 240), 90, USUAL)));
        fixture.drain(0);
        assertThat(fixture.ends).as("%s", fixture.errors).isEmpty();
        assertThat(fixture.output.videoPts().stream().filter(pts -> pts >= first)).as("ordinary frames afterwards")
            .hasSize(USUAL);
        return stats;
    }

    private static List<SegmentTape.Picture> pictures(final PipelineFixture fixture, final int segment) {
        final SegmentTape tape = new SegmentTape();
        tape.segments().addAll(fixture.output.segments());
        return tape.pictures(segment);
    }

    @ParameterizedTest(name = "{0}x{1} chroma {2} depth {3} becomes {4}x{5}")
    @CsvSource({
        "128, 96, 1, 8, 128, 96", "130, 98, 1, 8, 130, 98", "1920, 1080, 1, 8, 1920, 1080", "66, 66, 1, 8, 66, 66",
        "128, 96, 0, 8, 128, 96", "128, 96, 2, 8, 128, 96", "128, 96, 3, 8, 128, 96", "101, 67, 3, 8, 100, 66",
        "128, 96, 1, 10, 128, 96", "128, 96, 2, 10, 128, 96", "101, 67, 3, 10, 100, 66", "130, 97, 2, 8, 130, 96"})
    void shouldShowEveryPictureOfAnyFormatInFourTwoZero(
        final int width, final int height, final int chroma, final int depth, final int outWidth, final int outHeight) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final FlatVideo video = new FlatVideo(width, height).chroma(chroma).bitDepth(depth);

            final PipelineStats stats = playAndRecover(fixture, segment(group(video, 150, FRAMES)));

            assertThat(stats.framesOut()).isEqualTo(FRAMES);
            assertThat(pictures(fixture, 0)).hasSize(FRAMES).allSatisfy(picture -> {
                assertThat(picture.width()).isEqualTo(outWidth);
                assertThat(picture.height()).isEqualTo(outHeight);
            });
            assertThat(pictures(fixture, 0).get(0).white()).as("luma").isCloseTo(150, within(3));
            assertThat(fixture.errors).isEmpty();
            assertThat(stats.ledger().convertedFrames()).isEqualTo(chroma <= 1 && depth == 8 ? 0 : FRAMES);
        }
    }

    @Test
    void shouldShowTheFieldsOfInterlacedVideoAsOneFrame() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final PipelineStats stats =
                playAndRecover(fixture, segment(group(new FlatVideo(128, 96).interlaced(), 150, FRAMES)));

            assertThat(stats.framesOut()).isEqualTo(FRAMES);
            assertThat(pictures(fixture, 0).get(0).white()).isCloseTo(150, within(3));
            assertThat(fixture.errors).isEmpty();
        }
    }

    @Test
    void shouldShowFramesOfWhichPartsAreFields() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final PipelineStats stats =
                playAndRecover(fixture, segment(group(new FlatVideo(128, 96).adaptive(), 150, FRAMES)));

            assertThat(stats.framesOut()).isEqualTo(FRAMES);
            assertThat(pictures(fixture, 0).get(0).white()).isCloseTo(150, within(3));
            assertThat(fixture.errors).isEmpty();
        }
    }

    /** Orientation is a hint for displays; it does not survive, since the output is encoded anew. */
    @Test
    void shouldShowRotatedVideoAsItIsCoded() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final PipelineStats stats =
                playAndRecover(fixture, segment(group(new FlatVideo(128, 96).rotated(), 150, FRAMES)));

            assertThat(stats.framesOut()).isEqualTo(FRAMES);
            assertThat(pictures(fixture, 0)).allMatch(picture -> picture.width() == 128 && picture.height() == 96);
            assertThat(fixture.errors).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}x{1} chroma {2}")
    @CsvSource({"8192, 8192, 1", "8192, 8192, 3", "16384, 16384, 1", "1, 1, 3", "1, 48, 3", "16400, 16, 1"})
    void shouldDropPicturesOfImpossibleSizesAndSaySo(final int width, final int height, final int chroma) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final PipelineStats stats =
                playAndRecover(fixture, segment(group(new FlatVideo(width, height).chroma(chroma), -1, FRAMES)));

            assertThat(stats.framesOut()).isZero();
            assertThat(stats.dropped(DropReason.UNDECODABLE) + stats.dropped(DropReason.AWAITING_KEYFRAME))
                .isEqualTo(FRAMES);
            assertThat(fixture.errors).extracting(StreamError::code).containsOnly(StreamError.Code.DAMAGED_INPUT);
        }
    }

    /** As the first and as a later size of the stream. */
    @ParameterizedTest(name = "{0}x{1}")
    @CsvSource({"16, 16, true", "4096, 2304, true", "2304, 4096, true", "2, 2, false", "2, 480, false"})
    void shouldEncodeWhatAnEncoderCanAndSayWhatItCannot(final int width, final int height, final boolean isEncodable) {
        for (final int usualBefore : new int[] {0, USUAL}) {
            try (PipelineFixture fixture = launch(new PipelineFixture())) {
                if (usualBefore > 0) {
                    fixture.input.segment(segment(group(new FlatVideo(320, 240), 90, usualBefore)));
                    fixture.settle();
                }

                final PipelineStats stats =
                    playAndRecover(fixture, segment(group(new FlatVideo(width, height), -1, FRAMES)));

                assertThat(stats.framesOut()).isEqualTo(usualBefore + (isEncodable ? FRAMES : 0));
                assertThat(stats.dropped(DropReason.NOT_ENCODED)).isEqualTo(isEncodable ? 0 : FRAMES);
                assertThat(fixture.errors).extracting(StreamError::code).containsExactlyElementsOf(
                    isEncodable ? List.of() : List.of(StreamError.Code.ENCODER));
            }
        }
    }

    /** A frame of 2x2 is as good as any other where the session has a size of its own. */
    @Test
    void shouldScaleTheSmallestPictureToTheSizeOfTheSession() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().clock(nowNs::get).outputSize(384, 448));

            final PipelineStats stats = playAndRecover(fixture, segment(group(new FlatVideo(2, 2), 150, FRAMES)));

            assertThat(stats.framesOut()).isEqualTo(FRAMES);
            assertThat(stats.droppedTotal()).isZero();
        }
    }

    @ParameterizedTest(name = "stream type {0}")
    @ValueSource(ints = {0x01, 0x02, 0x10, 0x24, 0x33})
    void shouldDropVideoOfAnotherCodecAndSayWhichOnce(final int streamType) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            stream.writer.program(TsProgram.of(new TsStream(0x100, streamType, Packet.Kind.VIDEO, new byte[0])));
            final byte[] foreign = segment(group(new FlatVideo(128, 96), 90, FRAMES));
            stream.writer.program(TsProgram.of(TsStream.h264(0x100)));

            final PipelineStats stats = playAndRecover(fixture, foreign);

            assertThat(stats.dropped(DropReason.UNSUPPORTED)).isEqualTo(FRAMES);
            assertThat(fixture.errors).singleElement().satisfies(error -> {
                assertThat(error.code()).isEqualTo(StreamError.Code.UNSUPPORTED_VIDEO);
                assertThat(error.message()).contains("0x" + Integer.toHexString(streamType));
            });
        }
    }

    /** HEVC that the program map calls H.264: parameter sets, then slices; every first byte is no H.264 slice. */
    @Test
    void shouldSayThatNoKeyframeComesWhenTheProgramMapNamesTheWrongCodec() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final byte[] unit = {0, 0, 0, 1, 0x40, 1, 12, 1, 0, 0, 1, 0x42, 1, 1, 0, 0, 1, 0x26, 1, (byte) 0xAF, 6};
            for (int second = 0; second < 20; second++) {
                fixture.input.segment(stream.segment(List.of(unit), 90_000));
                fixture.settle();
                nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
            }

            final PipelineStats stats = playAndRecover(fixture, segment(List.of(unit)));

            assertThat(stats.dropped(DropReason.AWAITING_KEYFRAME)).isEqualTo(21);
            assertThat(fixture.errors).extracting(StreamError::code).containsExactly(StreamError.Code.NO_KEYFRAME);
        }
    }

    @Test
    void shouldSkipAUnitOfAHundredMegabytesWithoutKeepingIt() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            fixture.input.part(segment(List.of())).part(packets(0x41, 15, 1, HexFormat.of()
                .parseHex("000001E0000084800521000100010000000165")));
            final byte[] more = packets(0x01, 0, 352, new byte[0]);
            for (long bytes = 0; bytes < 100L << 20; bytes += more.length) {
                fixture.input.part(more);
            }

            final PipelineStats stats = playAndRecover(fixture, segment(group(new FlatVideo(128, 96), 90, FRAMES)));

            assertThat(stats.dropped(DropReason.TOO_LARGE)).isEqualTo(1);
            assertThat(stats.droppedTotal()).isEqualTo(1);
            assertThat(stats.framesOut()).isEqualTo(FRAMES);
            assertThat(stats.ledger().demuxedBytes()).as("bytes copied").isLessThan(17L << 20);
            assertThat(fixture.errors).extracting(StreamError::code).containsExactly(StreamError.Code.DAMAGED_INPUT);
        }
    }

    /** Packets of the video, numbered on from {@code continuity}; the payload is {@code head}, then one byte over. */
    private static byte[] packets(final int flags, final int continuity, final int count, final byte[] head) {
        final byte[] packets = new byte[188 * count];
        Arrays.fill(packets, (byte) 0xAA);
        for (int i = 0; i < count; i++) {
            final byte[] header = {0x47, (byte) flags, 0, (byte) (0x10 | continuity + i & 0x0F)};
            System.arraycopy(header, 0, packets, 188 * i, 4);
            System.arraycopy(head, 0, packets, 188 * i + 4, head.length);
        }
        return packets;
    }

    /** The second field of each pair belongs to the frame of the first; the next frame shows that it has none. */
    @Test
    void shouldMakeOneFrameOfTwoFieldsThatAreUnitsOfTheirOwn() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final FlatVideo video = new FlatVideo(128, 96).interlaced();
            final List<byte[]> units = new ArrayList<>();
            for (final byte[] pair : group(video, 150, 4 * FRAMES)) {
                units.addAll(FlatVideo.fields(pair));
            }

            final PipelineStats stats = playAndRecover(fixture, stream.segment(units, 1500), 1);

            assertThat(stats.framesIn()).isEqualTo(8 * FRAMES);
            assertThat(stats.framesOut()).isEqualTo(4 * FRAMES);
            assertThat(stats.dropped(DropReason.UNDECODABLE)).as("all second fields but the last")
                .isEqualTo(4 * FRAMES - 1);
            assertThat(fixture.pipeline.stats().dropped(DropReason.UNDECODABLE)).isEqualTo(4 * FRAMES);
            assertThat(fixture.pipeline.stats().inFlight()).isZero();
            assertThat(fixture.errors).isEmpty();
        }
    }

    @Test
    void shouldSayOnceThatNoKeyframeComes() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final FlatVideo video = new FlatVideo(128, 96);
            video.keyframe();
            for (int second = 0; second < 180; second++) {
                fixture.input.segment(stream.segment(List.of(video.repeat()), 90_000));
                fixture.settle();
                nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
            }

            assertThat(fixture.errors).extracting(StreamError::code).containsExactly(StreamError.Code.NO_KEYFRAME);
            assertThat(playAndRecover(fixture, segment(List.of(video.repeat()))).dropped(DropReason.AWAITING_KEYFRAME))
                .isEqualTo(181);
            assertThat(fixture.errors).hasSize(1);
        }
    }

    /** Each costs as much as any other frame; the output has its own keyframes. */
    @Test
    void shouldTakeAThousandKeyframesOfOneSecond() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final FlatVideo video = new FlatVideo(128, 96);
            final List<byte[]> units = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                units.add(video.keyframe());
            }

            final PipelineStats stats = playAndRecover(fixture, stream.segment(units, 90));

            assertThat(stats.framesOut()).isEqualTo(1000);
            assertThat(fixture.output.segments().size()).as("output segments").isLessThanOrEqualTo(2);
            assertThat(fixture.errors).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGoOnAtTheNextKeyframeWhenAUnitInTheMiddleIsGarbage(final boolean isSlice) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final List<byte[]> units = group(new FlatVideo(128, 96), 90, FRAMES);
            final byte[] garbage = {0, 0, 0, 1, (byte) (isSlice ? 0x21 : 0x2C), -1, -1, -1, -1, 7, -1, -1};
            units.set(3, garbage);

            final PipelineStats stats = playAndRecover(fixture, segment(units));

            assertThat(stats.framesOut()).isEqualTo(3);
            assertThat(stats.dropped(DropReason.UNDECODABLE)).isEqualTo(1);
            assertThat(stats.dropped(DropReason.AWAITING_KEYFRAME)).isEqualTo(FRAMES - 4);
            assertThat(fixture.errors).extracting(StreamError::code).containsExactly(StreamError.Code.DAMAGED_INPUT);
        }
    }
}
