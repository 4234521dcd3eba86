package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.AudioHandler;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.audio.Sound;
import dev.rill.frame.media.Pulses;
import dev.rill.frame.media.Pulses.Heard;
import dev.rill.frame.media.Pulses.Pulse;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.Skip;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.trickle.EndReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sound that is decoded, changed and encoded on its way. The input was encoded and muxed by FFmpeg; where a pulse
 * sounds is measured in the samples that FFmpeg decodes, on both sides.
 */
class AudioProcessingTest {
    private static final double CLOSE = 0.003;
    private static final int TICKS = 90_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "aac,        1, AAC,  1", "aac,        2, AAC,  2", "libopus,    2, OPUS, 2", "libopus,    1, OPUS, 1",
        "aac,        1, OPUS, 2", "libopus,    1, AAC,  1", "libmp3lame, 2, AAC,  2"})
    void shouldKeepSoundAndPictureTogether(
        final String codec, final int channels, final AudioCodec target, final int delivered) throws IOException {
        Skip.unless(SampleMedia.has(codec), "this FFmpeg build has no encoder " + codec);
        final Path in = sample(codec, channels);
        try (PipelineFixture fixture = new PipelineFixture()) {
            run(fixture, Files.readAllBytes(in), AudioProcessing.to(target));

            final Heard before = Pulses.listen(in);
            final Heard after = Pulses.listen(result(fixture));
            assertSameTimes(before, after);
            assertThat(after.channels()).isEqualTo(delivered);
            assertThat(after.pulses()).extracting(Pulse::peak).allMatch(peak -> peak > 0.5 && peak < 1);
            assertThat(fixture.errors).isEmpty();
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(videoPts(in));
            assertThat(fixture.pipeline.stats().audioDamaged()).isZero();
            assertThat(fixture.pipeline.stats().audioRepairs()).isZero();
            assertThat(audioOf(fixture)).isEqualTo(target == AudioCodec.AAC ? TsStream.aac(0x101)
                : TsStream.opus(0x101, delivered));
        }
    }

    @Test
    void shouldLeaveSoundUntouchedUnlessAsked() throws IOException {
        final Path in = sample("aac", 2);
        try (PipelineFixture fixture = new PipelineFixture()) {
            run(fixture, Files.readAllBytes(in), null);

            assertThat(payloads(fixture.output.units(Packet.Kind.AUDIO)))
                .isEqualTo(payloads(audio(UnitTape.read(Files.readAllBytes(in)))));
        }
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void shouldChangeTheSamples(final AudioCodec codec) throws IOException {
        final Path in = sample("aac", 2);
        try (PipelineFixture fixture = new PipelineFixture()) {
            run(fixture, Files.readAllBytes(in), new AudioProcessing(AudioHandler.gain(0.25), codec));

            final List<Pulse> before = Pulses.listen(in).pulses();
            final List<Pulse> after = Pulses.listen(result(fixture)).pulses();
            assertThat(after).hasSameSizeAs(before);
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i).peak()).isCloseTo(before.get(i).peak() / 4, within(0.03));
            }
        }
    }

    @Test
    void shouldShowTheHandlerSoundWithoutGapsAtItsTime() throws IOException {
        final List<Sound> blocks = new ArrayList<>();
        final Path in = sample("libopus", 2);
        try (PipelineFixture fixture = new PipelineFixture()) {
            run(fixture, Files.readAllBytes(in), new AudioProcessing(blocks::add, AudioCodec.AAC));

            long samples = 0;
            for (final Sound block : blocks) {
                final long expected = blocks.get(0).pts() + samples * TICKS / Sound.SAMPLE_RATE;
                assertThat(block.pts()).isEqualTo(expected);
                assertThat(block.channels()).hasSize(2);
                samples += block.samples();
            }
            assertThat(samples).isEqualTo(960L * audio(UnitTape.read(Files.readAllBytes(in))).size());
        }
    }

    @ParameterizedTest
    @CsvSource({"libopus, 0.02", "libopus, 0.2", "libopus, 0.98", "aac, 0.022", "aac, 0.3"})
    void shouldPutSilenceWhereUnitsAreMissing(final String codec, final double seconds) throws IOException {
        final Path in = sample(codec, 2);
        final Heard before = Pulses.listen(in);
        final long from = ticks(before.pulses().get(2).seconds() + 0.05);
        try (PipelineFixture fixture = new PipelineFixture()) {
            final UnitTape whole = UnitTape.read(Files.readAllBytes(in));
            final UnitTape cut = whole.keep(soundOnlyAt(pts -> pts < from || pts >= from + ticks(seconds)));
            assertThat(whole.units()).hasSizeGreaterThan(cut.units().size());

            run(fixture, cut.write(), AudioProcessing.to(AudioCodec.OPUS));

            final double end = (from + ticks(seconds)) / (double) TICKS;
            final List<Double> expected = before.seconds().stream()
                .filter(second -> second < from / (double) TICKS || second > end).toList();
            assertClose(Pulses.listen(result(fixture)).seconds(), expected);
            assertThat(fixture.pipeline.stats().audioRepairs()).isEqualTo(1);
        }
    }

    /** With time of its own for what is behind: no sound of the other side moves. */
    @ParameterizedTest
    @ValueSource(doubles = {5, 20, -10, -1.5})
    void shouldFollowJumpsOfTime(final double seconds) throws IOException {
        final Path in = sample("aac", 2);
        final Heard before = Pulses.listen(in);
        final long jump = ticks(before.pulses().get(3).seconds() + 0.25);
        try (PipelineFixture fixture = new PipelineFixture()) {
            final UnitTape tape = UnitTape.read(Files.readAllBytes(in)).shift(unit -> 20L * TICKS)
                .shift(unit -> unit.pts() - 20L * TICKS < jump ? 0 : ticks(seconds));

            run(fixture, tape.write(), AudioProcessing.to(AudioCodec.AAC));

            final List<Double> expected = before.seconds().stream()
                .map(second -> second + 20 + (second * TICKS < jump ? 0 : seconds)).sorted().toList();
            final List<Double> after =
                Pulses.listen(result(fixture)).seconds().stream().sorted().toList();
            assertClose(after, expected);
            assertThat(fixture.errors).isEmpty();
        }
    }

    @Test
    void shouldLeaveOutSoundThatComesASecondTime() throws IOException {
        final Path in = sample("libopus", 2);
        final Heard before = Pulses.listen(in);
        final long step = ticks(before.pulses().get(3).seconds() + 0.05);
        try (PipelineFixture fixture = new PipelineFixture()) {
            final UnitTape tape = UnitTape.read(Files.readAllBytes(in));
            final List<Unit> units = new ArrayList<>();
            for (final Unit unit : tape.units()) {
                if (unit.kind() == Packet.Kind.AUDIO && unit.pts() >= step && unit.pts() < step + ticks(0.1)) {
                    units.add(unit); // Once more below.
                }
            }
            final int at = tape.units().indexOf(units.get(units.size() - 1)) + 1;
            final List<Unit> twice = new ArrayList<>(tape.units());
            twice.addAll(at, units);

            run(fixture, new UnitTape(tape.program(), twice).write(), AudioProcessing.to(AudioCodec.OPUS));

            assertSameTimes(before, Pulses.listen(result(fixture)));
            assertThat(fixture.pipeline.stats().audioRepairs()).isEqualTo(units.size());
        }
    }

    @Test
    void shouldSilenceWhatAHandlerFailsOnAndGoOn() throws IOException {
        final Path in = sample("libopus", 2);
        final Heard before = Pulses.listen(in);
        final double bad = before.pulses().get(2).seconds();
        try (PipelineFixture fixture = new PipelineFixture()) {
            run(fixture, Files.readAllBytes(in), new AudioProcessing(sound -> {
                if (Math.abs(sound.pts() - ticks(bad)) < ticks(0.2)) {
                    throw new IllegalStateException("no idea");
                }
            }, AudioCodec.OPUS));

            assertClose(Pulses.listen(result(fixture)).seconds(),
                before.seconds().stream().filter(second -> second != bad).toList());
            assertThat(fixture.errors).hasSize(1);
            assertThat(fixture.errors.get(0).code()).isEqualTo(StreamError.Code.AUDIO);
            assertThat(fixture.errors.get(0).fatal()).isFalse();
            assertThat(fixture.errors.get(0).message()).contains("audio handler", "no idea");
        }
    }

    @Test
    void shouldFollowAChangeOfCodec() throws IOException {
        final Path first = sample("aac", 2);
        final Path second = sample("libopus", 2);
        final UnitTape moved = UnitTape.read(Files.readAllBytes(second)).shift(unit -> 10L * TICKS);
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().audio(AudioProcessing.to(AudioCodec.AAC)));
            fixture.input.segment(Files.readAllBytes(first)).segment(moved.write()).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<Double> expected = new ArrayList<>(Pulses.listen(first).seconds());
            Pulses.listen(second).seconds().forEach(seconds -> expected.add(seconds + 10));
            assertClose(Pulses.listen(result(fixture)).seconds(), expected);
            assertThat(fixture.errors).isEmpty();
        }
    }

    @Test
    void shouldPassOnWhatItDoesNotKnow() throws IOException {
        final Path in = sample("ac3", 2);
        try (PipelineFixture fixture = new PipelineFixture()) {
            run(fixture, Files.readAllBytes(in), AudioProcessing.to(AudioCodec.AAC));

            assertThat(payloads(fixture.output.units(Packet.Kind.AUDIO)))
                .isEqualTo(payloads(audio(UnitTape.read(Files.readAllBytes(in)))));
            assertThat(fixture.errors).extracting(StreamError::message).singleElement().asString()
                .contains("expected AAC, MP3 or Opus");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"aac", "libopus"})
    void shouldCountSoundThatCannotBeDecodedAndGoOn(final String codec) throws IOException {
        final Path in = sample(codec, 2);
        final Heard before = Pulses.listen(in);
        final double bad = before.pulses().get(2).seconds();
        try (PipelineFixture fixture = new PipelineFixture()) {
            final UnitTape tape = UnitTape.read(Files.readAllBytes(in)).map(unit ->
                soundOnlyAt(pts -> Math.abs(pts - ticks(bad)) > ticks(0.1)).test(unit) ? unit
                    : new Unit(unit.kind(), unit.pts(), unit.dts(), true, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));

            run(fixture, tape.write(), AudioProcessing.to(AudioCodec.AAC));

            final List<Double> after = Pulses.listen(result(fixture)).seconds();
            assertThat(fixture.pipeline.stats().audioDamaged()).isPositive();
            assertClose(after, before.seconds().stream().filter(second -> second != bad).toList());
            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
        }
    }

    private Path sample(final String codec, final int channels) {
        return new SampleMedia().audio(codec).sound(48_000, channels).pulses().size(128, 96).frameRate(30).frames(150)
            .write(folder.resolve(codec + channels + ".ts"));
    }

    private static void run(final PipelineFixture fixture, final byte[] stream, final AudioProcessing processing) {
        fixture.launch(fixture.context().audio(processing));
        fixture.input.segment(stream).end(EndReason.CHANNEL_CLOSED);
        fixture.awaitEnd();
    }

    private Path result(final PipelineFixture fixture) throws IOException {
        final Path file = folder.resolve("out.ts");
        for (final byte[] segment : fixture.output.segments()) {
            Files.write(file, segment, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return file;
    }

    private static TsStream audioOf(final PipelineFixture fixture) {
        final TsProgram program = UnitTape.read(fixture.output.segments().get(0)).program();
        return program.audio();
    }

    private static List<Long> videoPts(final Path file) throws IOException {
        return UnitTape.read(Files.readAllBytes(file)).units().stream()
            .filter(unit -> unit.kind() == Packet.Kind.VIDEO).map(Unit::pts).toList();
    }

    private static List<Unit> audio(final UnitTape tape) {
        return tape.units().stream().filter(unit -> unit.kind() == Packet.Kind.AUDIO).toList();
    }

    private static List<List<Byte>> payloads(final List<Unit> units) {
        return units.stream().map(unit -> {
            final List<Byte> bytes = new ArrayList<>();
            for (final byte each : unit.payload()) {
                bytes.add(each);
            }
            return bytes;
        }).toList();
    }

    private static Predicate<Unit> soundOnlyAt(final LongPredicate times) {
        return unit -> unit.kind() == Packet.Kind.VIDEO || times.test(unit.pts());
    }

    private static long ticks(final double seconds) {
        return Math.round(seconds * TICKS);
    }

    private static void assertSameTimes(final Heard before, final Heard after) {
        assertThat(before.pulses()).as("pulses of the input").hasSize(10);
        assertClose(after.seconds(), before.seconds());
    }

    private static void assertClose(final List<Double> actual, final List<Double> expected) {
        assertThat(actual).as("pulses at %s, expected at %s", actual, expected).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("pulse %d of %s, expected at %s", i, actual, expected)
                .isCloseTo(expected.get(i), within(CLOSE));
        }
    }
}
