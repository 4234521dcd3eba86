package dev.rill.frame.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.source.FileSource;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultSinkTest {
    @TempDir
    Path directory;

    private final PacketPool packets = new PacketPool();

    @AfterEach
    void shouldReleaseEveryPacket() {
        assertThat(packets.outstanding()).isZero();
    }

    @Test
    void shouldWriteSegmentsOneBehindTheOtherWhenTheResultIsTs() throws IOException {
        final SegmentTape tape = pattern();
        final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        tape.segments().forEach(expected::writeBytes);
        final Path file = directory.resolve("result.ts");
        final ResultSink sink = FileSink.open(file);

        feed(tape, sink, 188);

        assertThat(Files.readAllBytes(file)).as("file before it is closed").isEqualTo(expected.toByteArray());
        sink.close();
        sink.close();
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.toByteArray());
        assertThat(sink.bytesTaken()).isEqualTo(expected.size());
    }

    @ParameterizedTest
    @CsvSource({"mp4,0", "mov,0", "mkv,90"})
    void shouldKeepPicturesSoundAndTimesWhenRemuxed(final String extension, final long roundingTicks) {
        final SegmentTape tape = pattern();
        final Path file = directory.resolve("result." + extension);
        try (ResultSink sink = FileSink.open(file)) {
            feed(tape, sink, 1000);

            assertThat(sink.droppedUnits()).isZero();
        }

        try (MediaSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape copy = SegmentTape.of(source);
            assertSameTimes(tape, copy, Packet.Kind.VIDEO, roundingTicks);
            final List<SegmentTape.Picture> pictures = copy.pictures();
            assertThat(pictures).extracting(SegmentTape.Picture::number)
                .isEqualTo(tape.pictures().stream().map(SegmentTape.Picture::number).toList());
            assertThat(source.durationTicks()).isBetween(225_000L - 200, 225_000L + 4000);
            assertThat(source.description()).contains("aac 48000 Hz 2 ch copied");
            assertThat(copy.units(Packet.Kind.AUDIO)).hasSizeGreaterThanOrEqualTo(
                tape.units(Packet.Kind.AUDIO).size() - 1);
            assertThat(copy.units(Packet.Kind.AUDIO).get(5).bytes()).isIn(
                tape.units(Packet.Kind.AUDIO).stream().map(SegmentTape.Unit::bytes).toList());
        }
    }

    private static void assertSameTimes(
        final SegmentTape tape, final SegmentTape copy, final Packet.Kind kind, final long roundingTicks) {
        final List<SegmentTape.Unit> expected = tape.units(kind);
        final List<SegmentTape.Unit> actual = copy.units(kind);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).pts() - actual.get(0).pts()).as("time of unit %d", i).isBetween(
                expected.get(i).pts() - expected.get(0).pts() - roundingTicks,
                expected.get(i).pts() - expected.get(0).pts() + roundingTicks);
            assertThat(actual.get(i).keyframe()).isEqualTo(expected.get(i).keyframe());
        }
    }

    @ParameterizedTest
    @CsvSource({"libopus,mp4,opus", "libopus,mkv,opus", "libmp3lame,mp4,mp3", "libmp3lame,mkv,mp3", ",mp4,no audio"})
    void shouldKeepOtherSound(final String audioCodec, final String extension, final String expected) {
        final Path sample = new SampleMedia().audio(audioCodec == null ? "" : audioCodec).frames(50)
            .write(directory.resolve("sample.mkv"));
        final SegmentTape tape;
        try (MediaSource source = FileSource.open(sample.toString(), packets)) {
            tape = SegmentTape.of(source);
        }
        final Path file = directory.resolve("result." + extension);
        try (ResultSink sink = FileSink.open(file)) {
            feed(tape, sink, 100_000);
        }

        try (MediaSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape copy = SegmentTape.of(source);
            assertThat(source.description()).contains(expected);
            assertThat(copy.units(Packet.Kind.VIDEO)).hasSize(50);
            final int before = tape.units(Packet.Kind.AUDIO).size();
            assertThat(copy.units(Packet.Kind.AUDIO)).hasSizeBetween(Math.max(0, before - 2), before);
        }
    }

    @Test
    void shouldNameContainerAndStreamsThatDoNotFit() {
        final Path sample = new SampleMedia().audio("libopus").frames(10).write(directory.resolve("sample.mkv"));
        try (MediaSource source = FileSource.open(sample.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);
            final ResultSink sink = FileSink.open(directory.resolve("result.mov"));

            assertThatThrownBy(() -> feed(tape, sink, 100_000)).isInstanceOf(MediaException.class)
                .hasMessageContaining("result.mov: container mov cannot hold h264 and opus");
            sink.close();
        }
    }

    /** libavformat divides by zero when a unit is written without a header. */
    @Test
    void shouldDropWhatComesBehindAFailure() {
        final Path sample = new SampleMedia().audio("libopus").frames(50).write(directory.resolve("sample.mkv"));
        final SegmentTape tape;
        try (MediaSource source = FileSource.open(sample.toString(), packets)) {
            tape = SegmentTape.of(source);
        }
        final Path file = directory.resolve("result.mov");
        final ResultSink sink = FileSink.open(file);
        assertThatThrownBy(() -> feed(tape, sink, 188)).isInstanceOf(MediaException.class);

        feed(tape, sink, 188);
        final long dropped = sink.droppedUnits();
        sink.close();

        assertThat(dropped).isGreaterThanOrEqualTo(50);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"mp4,0.5", "mp4,2.5", "mov,0.5", "mov,2.5", "mkv,0.5", "mkv,2.5"})
    void shouldGoOnWhenTimesJumpBack(final String extension, final double seconds) {
        final SegmentTape tape = pattern(seconds);
        final Path file = directory.resolve("result." + extension);
        try (ResultSink sink = FileSink.open(file)) {
            feed(tape, sink, 1000);
            feed(tape, sink, 1000);
        }

        try (MediaSource source = FileSource.open(file.toString(), packets)) {
            final long once = Math.round(seconds * 90_000);
            assertThat(source.durationTicks()).isBetween(once, 2 * once + 9000);
            if (once > ResultTimeline.MAX_BACK_TICKS) {
                assertThat(source.durationTicks()).isGreaterThan(2 * once - 9000);
            }
            final SegmentTape copy = SegmentTape.of(source);
            assertThat(copy.units(Packet.Kind.VIDEO)).hasSize(2 * tape.units(Packet.Kind.VIDEO).size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv"})
    void shouldLeaveNoFileWhenNothingCame(final String extension) {
        final Path file = directory.resolve("nothing." + extension);

        FileSink.open(file).close();

        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"result.avi,actual .avi", "result,actual no extension", "result.,actual no extension"})
    void shouldNameWhatItCanWriteWhenTheExtensionIsUnknown(final String name, final String reason) {
        assertThatThrownBy(() -> FileSink.open(directory.resolve(name)))
            .isInstanceOf(MediaException.class)
            .hasMessageStartingWith("result " + directory.resolve(name))
            .hasMessageContaining("ends in .ts, .mp4, .mov or .mkv").hasMessageEndingWith(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ts", "mp4"})
    void shouldNameTheReasonWhenTheFileCannotBeCreated(final String extension) {
        final Path file = directory.resolve("missing").resolve("result." + extension);

        assertThatThrownBy(() -> FileSink.open(file)).isInstanceOf(MediaException.class)
            .hasMessageContaining("cannot be created: directory " + directory.resolve("missing"));
        assertThatThrownBy(() -> FileSink.open(directory)).hasMessageContaining("actual directory");
    }

    @Test
    void shouldLeaveAStreamOfItsOwnerOpen() throws IOException {
        final boolean[] closed = new boolean[1];
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        final SegmentTape tape = pattern();

        try (StreamSink sink = new StreamSink("standard output", bytes)) {
            feed(tape, sink, 4096);
        }

        assertThat(closed[0]).isFalse();
        assertThat(bytes.size()).isEqualTo(tape.segments().stream().mapToInt(segment -> segment.length).sum());
    }

    @Test
    void shouldNameTheStreamThatFails() {
        final StreamSink sink = new StreamSink("standard output", new OutputStream() {
            @Override
            public void write(final int value) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        assertThatThrownBy(() -> sink.accept(ByteBuffer.allocate(10))).isInstanceOf(MediaException.class)
            .hasMessage("result standard output: cannot be written behind byte 0: Broken pipe");
    }

    private SegmentTape pattern() {
        return pattern(2.5);
    }

    private SegmentTape pattern(final double seconds) {
        try (MediaSource source = TestPatternSource.open(
            new TestPatternContext().size(128, 96).seconds(seconds).packetPool(packets))) {
            return SegmentTape.of(source);
        }
    }

    private static void feed(final SegmentTape tape, final ResultSink sink, final int step) {
        for (final byte[] segment : tape.segments()) {
            sink.beginSegment();
            final ByteBuffer bytes = ByteBuffer.allocateDirect(segment.length).put(segment).flip();
            for (int index = 0; index < segment.length; index += step) {
                sink.accept(bytes.slice(index, Math.min(step, segment.length - index)));
            }
            sink.endSegment();
        }
    }
}
