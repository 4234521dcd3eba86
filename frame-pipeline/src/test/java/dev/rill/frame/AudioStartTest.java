package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.media.Pulses;
import dev.rill.frame.media.SampleMedia;
import dev.rill.trickle.EndReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Streams whose sound begins before their pictures: live sessions, section 15.5, items LS-25 and LS-26. All of it is
 * delivered, however early, where the specification would discard the oldest: decision 0008 says why.
 */
class AudioStartTest {
    private static final int TICKS = 90_000;

    @TempDir
    private Path folder;

    /** LS-25 with 1 s, LS-26 with 3 s; with 15 s more units wait than are kept back for pictures. */
    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "3, false", "3, true", "15, false", "15, true"})
    void shouldDeliverSoundThatBeginsBeforeThePictures(final int seconds, final boolean processed)
        throws IOException {
        final Path in = folder.resolve("in.ts");
        final int frames = 30 * (seconds + 3);
        new SampleMedia().audio("libopus").pulses().size(128, 96).frameRate(30).frames(frames).write(in);
        final UnitTape whole = UnitTape.read(Files.readAllBytes(in));
        final UnitTape late = new UnitTape(whole.program(), whole.shift(unit ->
                unit.kind() == Packet.Kind.VIDEO ? (long) seconds * TICKS : 0).units().stream()
            .sorted(Comparator.comparingLong(Unit::dts)).toList());
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().audio(processed ? AudioProcessing.to(AudioCodec.OPUS) : null));
            fixture.input.segment(late.write()).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.errors).isEmpty();
            assertThat(fixture.output.videoPts()).isEqualTo(pts(late, Packet.Kind.VIDEO));
            final Path out = folder.resolve("out.ts");
            for (final byte[] segment : fixture.output.segments()) {
                Files.write(out, segment, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            final List<Double> before = Pulses.listen(in).seconds();
            final List<Double> after = Pulses.listen(out).seconds();
            assertThat(after).hasSameSizeAs(before).hasSize(2 * (seconds + 3));
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i)).as("pulse %d", i).isCloseTo(before.get(i), within(0.003));
            }
            final long lead = fixture.output.videoPts().get(0) - fixture.output.units(Packet.Kind.AUDIO).get(0).pts();
            assertThat(lead / (double) TICKS).as("seconds that sound begins earlier").isCloseTo(seconds, within(0.05));
        }
    }

    private static List<Long> pts(final UnitTape tape, final Packet.Kind kind) {
        return tape.units().stream().filter(unit -> unit.kind() == kind).map(Unit::pts).toList();
    }
}
