package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.SegmentTape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose times jump, or leave the range that a transport stream can express. */
class JumpingTimesTest {
    private static final int FRAMES = 60;
    private static final long FRAME_TICKS = 3600;
    private static final long WRAP = 1L << 33;
    private static final long MAX_SKEW_TICKS = 1800;

    @TempDir
    Path directory;

    private final PacketPool packets = new PacketPool();
    private final List<Long> video = new ArrayList<>();
    private final List<Long> audio = new ArrayList<>();

    @AfterEach
    void shouldReleaseEveryPacket() {
        assertThat(packets.outstanding()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "libopenh264,aac,1920,2",
        "libopenh264,libmp3lame,2160,2",
        "libopenh264,libopus,1800,5",
        "mpeg2video,libmp3lame,2160,3",
    })
    void shouldGoOnAfterOneFrameWhenFilesAreConcatenated(
        final String videoCodec, final String audioCodec, final int soundTicks, final int copies) throws IOException {
        final Path file = new SampleMedia().video(videoCodec).audio(audioCodec).frames(FRAMES)
            .write(directory.resolve("a.ts"));
        final int soundUnits;
        final long skew;
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            read(source);
            soundUnits = audio.size();
            skew = audio.get(0) - video.get(0);
        }

        try (FileSource source = FileSource.open(joined(file, copies), packets)) {
            read(source);

            assertThat(source.warnings()).isBetween(copies - 1L, 3L * (copies - 1));
        }
        assertThat(video).hasSize(copies * FRAMES);
        assertVideoSteps();
        assertThat(audio).hasSize(copies * soundUnits);
        for (int i = 1; i < audio.size(); i++) {
            assertThat(audio.get(i) - audio.get(i - 1)).as("step to audio unit %d", i)
                .isBetween(1L, soundTicks + 2 * MAX_SKEW_TICKS);
        }
        for (int copy = 0; copy < copies; copy++) {
            final long now = audio.get(copy * soundUnits + 5) - video.get(copy * FRAMES) - 5L * soundTicks;
            assertThat(now - skew).as("skew of copy %d", copy).isBetween(-MAX_SKEW_TICKS, MAX_SKEW_TICKS);
        }
    }

    @Test
    void shouldKeepTranscodedSoundAlignedWhenFilesAreConcatenated() throws IOException {
        final int copies = 4;
        final Path file = new SampleMedia().audio("mp2").frames(FRAMES).write(directory.resolve("a.ts"));
        final long tail;
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            read(source);
            tail = audio.get(audio.size() - 1) - video.get(video.size() - 1);
        }

        try (FileSource source = FileSource.open(joined(file, copies), packets)) {
            read(source);
        }
        assertThat(video).hasSize(copies * FRAMES);
        assertVideoSteps();
        assertThat(audio).isSorted();
        assertThat(audio.get(audio.size() - 1) - video.get(video.size() - 1) - tail)
            .as("sound at the end, against the picture").isBetween(-2 * MAX_SKEW_TICKS - 1920, 2 * MAX_SKEW_TICKS);
    }

    @Test
    void shouldKeepTranscodedSoundAlignedBehindAShortGap() throws IOException {
        final Path file = new SampleMedia().audio("mp2").frames(FRAMES).firstFrame(25)
            .write(directory.resolve("a.ts"));
        final Path later = new SampleMedia().audio("mp2").frames(FRAMES).firstFrame(25 + FRAMES + 2)
            .write(directory.resolve("b.ts"));
        final long tail;
        try (FileSource source = FileSource.open(later.toString(), packets)) {
            read(source);
            tail = audio.get(audio.size() - 1) - video.get(video.size() - 1);
        }
        Files.write(file, Files.readAllBytes(later), StandardOpenOption.APPEND);

        try (FileSource source = FileSource.open(file.toString(), packets)) {
            read(source);
        }
        assertThat(video).hasSize(2 * FRAMES);
        assertThat(audio.get(audio.size() - 1) - video.get(video.size() - 1) - tail)
            .as("sound at the end, against the picture; one unit less or more with the rest at the end")
            .isBetween(-MAX_SKEW_TICKS - 1920, MAX_SKEW_TICKS + 1920);
    }

    @ParameterizedTest
    @ValueSource(ints = {180_000, 300})
    void shouldGoOnAfterOneFrameWhenTimeJumpsAhead(final int gapFrames) throws IOException {
        final Path file = new SampleMedia().audio("aac").frames(FRAMES).write(directory.resolve("a.ts"));
        final Path later = new SampleMedia().audio("aac").frames(FRAMES).firstFrame(FRAMES + gapFrames)
            .write(directory.resolve("b.ts"));
        Files.write(file, Files.readAllBytes(later), StandardOpenOption.APPEND);

        try (FileSource source = FileSource.open(file.toString(), packets)) {
            read(source);

            assertThat(source.timeOffsetTicks()).isZero();
            assertThat(source.warnings()).isPositive();
        }
        assertThat(video).hasSize(2 * FRAMES);
        assertVideoSteps();
        assertThat(audio.get(audio.size() - 1) - video.get(video.size() - 1)).as("sound and picture at the end")
            .isBetween(-2 * FRAME_TICKS, 2 * FRAME_TICKS);
    }

    @Test
    void shouldKeepShortGaps() throws IOException {
        final Path file = new SampleMedia().audio("aac").frames(FRAMES).firstFrame(25).write(directory.resolve("a.ts"));
        final Path later = new SampleMedia().audio("aac").frames(FRAMES).firstFrame(25 + FRAMES + 125)
            .write(directory.resolve("b.ts"));
        Files.write(file, Files.readAllBytes(later), StandardOpenOption.APPEND);

        try (FileSource source = FileSource.open(file.toString(), packets)) {
            read(source);
        }
        assertThat(video.get(FRAMES) - video.get(FRAMES - 1)).isEqualTo(126 * FRAME_TICKS);
    }

    @Test
    void shouldTakeAwayTheRangeWhenTimesBeginBehindIt() {
        final int firstFrame = (int) (WRAP / FRAME_TICKS) + 100;
        final Path file = new SampleMedia().frames(FRAMES).firstFrame(firstFrame).write(directory.resolve("late.mkv"));

        try (FileSource source = FileSource.open(file.toString(), packets)) {
            read(source);

            assertThat(source.timeOffsetTicks()).isEqualTo(-WRAP);
        }
        assertThat(video.get(0)).isBetween(98 * FRAME_TICKS, 101 * FRAME_TICKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ts", "mkv"})
    void shouldGoOnBehindTheRangeWhileTheWireWraps(final String extension) {
        final int firstFrame = (int) (WRAP / FRAME_TICKS) - 30;
        final Path file = new SampleMedia().frames(FRAMES).firstFrame(firstFrame)
            .write(directory.resolve("crossing." + extension));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            read(source);
        }

        assertThat(video.get(0)).isBetween(WRAP - 40 * FRAME_TICKS, WRAP - 1);
        assertThat(video.get(FRAMES - 1)).isEqualTo(video.get(0) + (FRAMES - 1) * FRAME_TICKS).isGreaterThan(WRAP);
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            assertThat(SegmentTape.of(source).units(Packet.Kind.VIDEO))
                .extracting(unit -> unit.pts() & WRAP - 1)
                .containsExactlyElementsOf(video.stream().map(pts -> pts & WRAP - 1).toList());
        }
    }

    private String joined(final Path file, final int copies) throws IOException {
        final Path target = directory.resolve("joined-" + file.getFileName());
        for (int i = 0; i < copies; i++) {
            Files.write(target, Files.readAllBytes(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return target.toString();
    }

    private void read(final FileSource source) {
        video.clear();
        audio.clear();
        boolean more = true;
        while (more) {
            more = source.read(packet -> {
                (packet.kind() == Packet.Kind.VIDEO ? video : audio).add(packet.pts());
                packet.release();
            });
        }
    }

    private void assertVideoSteps() {
        for (int i = 1; i < video.size(); i++) {
            assertThat(video.get(i) - video.get(i - 1)).as("step to frame %d", i).isEqualTo(FRAME_TICKS);
        }
    }
}
