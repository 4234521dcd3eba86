package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.media.Skip;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Video coded out of order; only encoders of the GPL build make it ({@code mvn -Pgpl}). */
class ReorderedVideoTest {
    @TempDir
    Path directory;

    private final PacketPool packets = new PacketPool();

    @AfterEach
    void shouldReleaseEveryPacket() {
        assertThat(packets.outstanding()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv", "ts"})
    void shouldCopyH264WithItsOrder(final String extension) {
        Skip.unless(SampleMedia.has("libx264"), "this FFmpeg build has no libx264");
        final Path file = new SampleMedia().video("libx264").reordered(3).audio("aac").frames(60)
            .write(directory.resolve("sample." + extension));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            final List<SegmentTape.Unit> video = tape.units(Packet.Kind.VIDEO);
            assertThat(video).hasSize(60).anyMatch(unit -> unit.pts() > unit.dts());
            for (int i = 1; i < video.size(); i++) {
                assertThat(video.get(i).dts()).isGreaterThan(video.get(i - 1).dts());
            }
            checkPictures(tape);
            assertThat(source.warnings()).isZero();
        }
    }

    @Test
    void shouldTranscodeHevc() {
        Skip.unless(SampleMedia.has("libx265"), "this FFmpeg build has no libx265");
        final Path file = new SampleMedia().video("libx265").reordered(3).frames(60)
            .write(directory.resolve("sample.mp4"));
        try (FileSource source = FileSource.open(file.toString(), packets)) {
            final SegmentTape tape = SegmentTape.of(source);

            assertThat(source.description()).contains("hevc 320x240 transcoded");
            checkPictures(tape);
        }
    }

    private static void checkPictures(final SegmentTape tape) {
        final List<SegmentTape.Picture> pictures = tape.pictures();
        assertThat(pictures).hasSize(60);
        for (int i = 0; i < pictures.size(); i++) {
            assertThat(pictures.get(i).number()).isEqualTo(i);
            if (i > 0) {
                assertThat(pictures.get(i).pts() - pictures.get(i - 1).pts()).isBetween(3510L, 3690L);
            }
        }
        assertThat(tape.segments()).hasSizeGreaterThan(1);
    }
}
