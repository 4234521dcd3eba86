package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.ts.TsStream;
import java.io.ByteArrayOutputStream;
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

class FileSourceTest {
    private static final int FRAMES = 60;
    private static final int FRAME_TICKS = 3600;

    @TempDir
    Path directory;

    private final PacketPool packets = new PacketPool();

    @AfterEach
    void shouldReleaseEveryPacket() {
        assertThat(packets.outstanding()).isZero();
    }

    /** Video encoder, audio encoder, extension, pixel format; then what becomes of them: video, audio, type, ticks. */
    @ParameterizedTest
    @CsvSource({
        "libopenh264,aac,mp4,yuv420p,H.264,copied,15,1920",
        "libopenh264,aac,mkv,yuv420p,H.264,copied,15,1920",
        "libopenh264,aac,ts,yuv420p,H.264,copied,15,1920",
        "libopenh264,libopus,ts,yuv420p,H.264,copied,6,1800",
        "libopenh264,libopus,mp4,yuv420p,H.264,copied,6,1800",
        "libopenh264,libmp3lame,mkv,yuv420p,H.264,copied,3,2160",
        "libvpx-vp9,libopus,webm,yuv420p,transcoded,copied,6,1800",
        "libvpx,libopus,webm,yuv420p,transcoded,copied,6,1800",
        "mjpeg,pcm_s16le,avi,yuvj420p,transcoded,transcoded,15,1920",
        "mjpeg,pcm_s16le,mkv,yuvj422p,transcoded,transcoded,15,1920",
        "mpeg4,ac3,mkv,yuv420p,transcoded,transcoded,15,1920",
        "mpeg2video,mp2,mpg,yuv420p,transcoded,transcoded,15,1920",
        "libaom-av1,flac,mkv,yuv420p,transcoded,transcoded,15,1920",
        "ffv1,pcm_s16le,mkv,yuv444p,transcoded,transcoded,15,1920",
        "ffv1,pcm_s16le,mkv,yuv420p10le,transcoded,transcoded,15,1920",
    })
    @SuppressWarnings("checkstyle:ParameterNumber") // one column each
    void shouldDeliverEveryFrameInSegmentsThatDecodeAlone(
        final String videoCodec, final String audioCodec, final String extension, final String pixels,
        final String videoFate, final String audioFate, final int streamType, final int soundTicks) {
        final Path file = new SampleMedia().video(videoCodec).audio(audioCodec).pixelFormat(pixels).frames(FRAMES)
            .write(directory.resolve("sample." + extension));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            assertThat(source.description()).contains(videoFate, audioFate, "320x240", "25.00 fps");
            assertThat(source.frameRateNumerator()).isEqualTo(25 * source.frameRateDenominator());
            assertThat(source.program().audio().streamType()).isEqualTo(streamType);
            assertThat(source.warnings()).isZero();
            checkVideo(tape);
            checkSegments(tape);
            checkSound(tape, soundTicks);
        }
    }

    private static void checkVideo(final SegmentTape tape) {
        final List<SegmentTape.Picture> pictures = tape.pictures();
        assertThat(pictures).hasSize(FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            assertThat(pictures.get(i).number()).isEqualTo(i);
            assertThat(pictures.get(i).white()).as("luma of a white block of frame %d", i).isBetween(222, 248);
            if (i > 0) {
                assertThat(pictures.get(i).pts() - pictures.get(i - 1).pts()).as("step to frame %d", i)
                    .isBetween(FRAME_TICKS - 90L, FRAME_TICKS + 90L);
            }
        }
    }

    private static void checkSegments(final SegmentTape tape) {
        assertThat(tape.segments()).hasSizeGreaterThan(1);
        for (int i = 0; i < tape.segments().size(); i++) {
            final byte[] segment = tape.segments().get(i);
            assertThat(segment.length % 188).isZero();
            assertThat(pid(segment, 0)).as("first packet").isZero();
            assertThat(pid(segment, 188)).as("second packet").isEqualTo(0x1000);
            final SegmentTape.Unit first = tape.units(i).get(0);
            assertThat(first.kind()).isEqualTo(Packet.Kind.VIDEO);
            assertThat(first.keyframe()).isTrue();
        }
    }

    private static int pid(final byte[] segment, final int packet) {
        return (segment[packet + 1] & 0x1F) << 8 | segment[packet + 2] & 0xFF;
    }

    private static void checkSound(final SegmentTape tape, final int soundTicks) {
        final List<SegmentTape.Unit> sound = tape.units(Packet.Kind.AUDIO);
        final long missing = FRAMES * FRAME_TICKS / soundTicks - sound.size();
        assertThat(missing).as("audio units in front of the first keyframe").isLessThanOrEqualTo(6);
        for (int i = 1; i < sound.size(); i++) {
            assertThat(sound.get(i).pts() - sound.get(i - 1).pts()).as("step to audio unit %d", i)
                .isBetween(soundTicks - 95L, soundTicks + 95L);
        }
        final long videoStart = tape.units(Packet.Kind.VIDEO).get(0).pts();
        assertThat(Math.abs(sound.get(0).pts() - videoStart)).as("distance of sound and picture")
            .isLessThanOrEqualTo(6L * soundTicks);
    }

    @Test
    void shouldFrameOpusForTransportStreams() {
        final Path file = new SampleMedia().audio("libopus").sound(48_000, 1).frames(10)
            .write(directory.resolve("mono.mp4"));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            assertThat(source.program().audio()).isEqualTo(TsStream.opus(source.program().audio().pid(), 1));
            for (final SegmentTape.Unit unit : tape.units(Packet.Kind.AUDIO)) {
                final byte[] bytes = unit.bytes();
                assertThat((bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF).isEqualTo(0x7FE0);
                int index = 2;
                int length = 0;
                while (bytes[index] == (byte) 255) {
                    length += 255;
                    index++;
                }
                length += bytes[index++] & 0xFF;
                assertThat(bytes.length - index).isEqualTo(length);
            }
        }
    }

    @Test
    void shouldCropOddSizesToEvenWhenTranscoding() {
        final Path file = new SampleMedia().video("libvpx-vp9").size(321, 241).frames(5)
            .write(directory.resolve("odd.webm"));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final List<SegmentTape.Picture> pictures = SegmentTape.of(source).pictures();

            assertThat(source.width()).isEqualTo(320);
            assertThat(source.height()).isEqualTo(240);
            assertThat(pictures).hasSize(5).allSatisfy(picture -> {
                assertThat(picture.width()).isEqualTo(320);
                assertThat(picture.height()).isEqualTo(240);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"libopenh264,yuv420p,ts", "mjpeg,yuvj420p,mjpeg"})
    void shouldFollowAChangeOfSizeInTheMiddle(final String codec, final String pixels, final String extension)
        throws IOException {
        final Path first = new SampleMedia().video(codec).pixelFormat(pixels).frames(25)
            .write(directory.resolve("a." + extension));
        final Path second = new SampleMedia().video(codec).pixelFormat(pixels).size(160, 128).frames(25)
            .firstFrame(25).write(directory.resolve("b." + extension));
        final Path both = directory.resolve("both." + extension);
        Files.write(both, Files.readAllBytes(first));
        Files.write(both, Files.readAllBytes(second), StandardOpenOption.APPEND);

        try (FileSource source = FileSource.open(both.toString(), packets)) {
            final List<SegmentTape.Picture> pictures = SegmentTape.of(source).pictures();

            assertThat(pictures).extracting(SegmentTape.Picture::number)
                .startsWith(0L, 1L).endsWith(48L, 49L).hasSize(50);
            assertThat(pictures.get(24).width()).isEqualTo(320);
            assertThat(pictures.get(25).width()).isEqualTo(160);
        }
    }

    @Test
    void shouldShiftAllTimesWhenSomeAreNegative() {
        final Path file = new SampleMedia().audio("aac").frames(30).write(directory.resolve("negative.mp4"));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            assertThat(source.timeOffsetTicks()).isEqualTo(1920);
            assertThat(tape.units(Packet.Kind.VIDEO).get(0).pts()).isEqualTo(1920);
        }
    }

    @Test
    void shouldKeepTimesWhenNoneIsNegative() {
        final Path file = new SampleMedia().frames(30).firstFrame(250).write(directory.resolve("late.mkv"));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            assertThat(source.timeOffsetTicks()).isZero();
            assertThat(tape.units(Packet.Kind.VIDEO).get(0).pts()).isEqualTo(900_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"mp4", "mkv"})
    void shouldDeliverWhatIsThereWhenTheFileIsTruncated(final String extension) {
        final Path whole = new SampleMedia().audio("aac").frames(100).faststart()
            .write(directory.resolve("whole." + extension));
        final Path part = SampleMedia.truncate(whole, directory.resolve("part." + extension), 0.6);
        try (FileSource source = FileSource.open(part.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            assertThat(source.warnings()).as("warnings").isPositive();
            final List<SegmentTape.Picture> pictures = tape.pictures();
            assertThat(pictures).hasSizeBetween(50, 65);
            for (int i = 0; i < 50; i++) {
                assertThat(pictures.get(i).number()).isEqualTo(i);
            }
        }
    }

    @Test
    void shouldDeliverTheSameAgainWhenItsOwnSegmentsAreTheFile() throws IOException {
        final SegmentTape original;
        try (TestPatternSource source = TestPatternSource.open(
            new TestPatternContext().size(128, 96).seconds(4.5).packetPool(packets))) {
            original = SegmentTape.of(source);
        }
        final Path file = directory.resolve("segments.ts");
        for (final byte[] segment : original.segments()) {
            Files.write(file, segment, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        }

        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape copy = SegmentTape.of(source);

            assertThat(copy.segments()).hasSameSizeAs(original.segments());
            assertThat(copy.pictures()).isEqualTo(original.pictures());
        }
    }

    @Test
    void shouldRepeatParameterSetsWhenTheStreamHasThemOnlyOnce() throws IOException {
        final Path file = new SampleMedia().frames(FRAMES).write(directory.resolve("once.h264"));
        Files.write(file, withoutRepeatedParameterSets(Files.readAllBytes(file)));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            assertThat(tape.segments()).hasSizeGreaterThan(1);
            checkVideo(tape);
        }
    }

    /** Leaves out each unit of type 7 or 8 that is not the first of its type. */
    private static byte[] withoutRepeatedParameterSets(final byte[] stream) {
        final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        final boolean[] seen = new boolean[32];
        int start = 0;
        for (int i = 4; i <= stream.length; i++) {
            final boolean code = i + 3 < stream.length
                && stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 0 && stream[i + 3] == 1;
            if (code || i == stream.length) {
                final int type = stream[start + 4] & 0x1F;
                if (!seen[type] || type != 7 && type != 8) {
                    kept.write(stream, start, i - start);
                }
                seen[type] = true;
                start = i;
            }
        }
        assertThat(kept.size()).as("bytes kept").isLessThan(stream.length);
        return kept.toByteArray();
    }

    @Test
    void shouldEndWhenClosedByTheHandlerOfItsPackets() {
        final Path file = new SampleMedia().video("mjpeg").pixelFormat("yuvj420p").audio("pcm_s16le").frames(20)
            .write(directory.resolve("close.mkv"));
        final FileSource source = FileSource.open(file.toString(), packets);
        final int[] count = new int[1];
        boolean more = true;
        while (more) {
            more = source.read(packet -> {
                packet.release();
                if (++count[0] == 5) {
                    source.close();
                }
            });
        }

        assertThat(count[0]).isBetween(5, 7);
        source.close();
        assertThat(source.read(Packet::release)).isFalse();
    }

    @Test
    void shouldStampArrivalsWithItsClock() {
        final Path file = new SampleMedia().frames(3).write(directory.resolve("clock.mp4"));
        final List<Long> arrivals = new ArrayList<>();
        try (FileSource source = FileSource.open(file.toString(), packets, () -> 4711)) {
            boolean more = true;
            while (more) {
                more = source.read(packet -> {
                    arrivals.add(packet.arrivalNs());
                    packet.release();
                });
            }
        }

        assertThat(arrivals).hasSize(3).containsOnly(4711L);
    }
}
