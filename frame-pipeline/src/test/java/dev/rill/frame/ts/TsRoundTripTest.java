package dev.rill.frame.ts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.ts.TsTestStream.Recorder;
import dev.rill.frame.ts.TsTestStream.Unit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TsRoundTripTest {
    private final PacketPool pool = new PacketPool();
    private final Recorder recorder = new Recorder();
    private final TsReader reader = new TsReader(recorder, pool, () -> 7);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldGiveBackEveryUnitAtAnySplit(final long seed) {
        final Random random = new Random(seed);
        final List<Unit> units = TsTestStream.units(random, 40, seed % 2 == 0 ? 400 : 9000);
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units);

        int offset = 0;
        while (offset < stream.length) {
            final int length = Math.min(stream.length - offset, 1 + random.nextInt(random.nextBoolean() ? 5 : 3000));
            reader.feed(ByteBuffer.wrap(stream, offset, length).slice().asReadOnlyBuffer());
            offset += length;
        }

        assertThat(recorder.units).as("seed %d: every unit has a length, so none waits", seed)
            .containsExactlyElementsOf(units);
        assertThat(recorder.programs).containsExactly(TsTestStream.PROGRAM);
        assertThat(reader.counters().packets()).isEqualTo(stream.length / 188);
        assertThat(reader.counters().skippedBytes() + reader.counters().continuityErrors()
            + reader.counters().excessBytes()).isZero();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void shouldGiveBackEveryUnitSizeAroundPacketBoundaries() {
        final Random random = new Random(11);
        final List<Unit> units = new ArrayList<>();
        for (int length = 10; length < 3 * 188; length++) {
            units.add(TsTestStream.video(3000L * length, 3000L * length, length % 2 == 0, length, random));
            units.add(TsTestStream.audio(3000L * length, length - 9, random));
        }

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units)));

        assertThat(recorder.units).containsExactlyElementsOf(units);
    }

    @Test
    void shouldEndUnboundedUnitsAtTheirStuffingWhateverTheirLength() {
        final Random random = new Random(5);
        final List<Unit> units = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            units.add(TsTestStream.video(3000L * i, 3000L * i, i == 0, 66_000 + i, random));
        }

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units)));

        assertThat(recorder.units).as("units before the segment ends").containsExactlyElementsOf(units);
        assertThat(recorder.losses).isEmpty();
        assertThat(reader.counters().misplacedStuffing()).isZero();
    }

    @Test
    void shouldNotHoldAnUnboundedUnitWhoseLastPacketIsStuffed() {
        final Unit unit = TsTestStream.video(0, 0, true, 70_000, new Random(1));

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), List.of(unit))));

        assertThat(recorder.units).containsExactly(unit);
    }

    @Test
    void shouldGoOnCountingOverSegments() {
        final Random random = new Random(3);
        final TsWriter writer = new TsWriter(TsTestStream.PROGRAM);
        final List<Unit> units = TsTestStream.units(random, 6, 900);

        for (int segment = 0; segment < 3; segment++) {
            reader.feed(ByteBuffer.wrap(TsTestStream.write(writer, units)));
        }

        assertThat(reader.counters().continuityErrors()).isZero();
        assertThat(reader.counters().duplicatePackets()).isZero();
        assertThat(recorder.units).hasSize(3 * units.size());
        assertThat(recorder.programs).hasSize(1);
    }

    @Test
    void shouldContinueTimesOverTheWrapOf33Bits() {
        final Random random = new Random(9);
        final long wrap = 1L << 33;
        final List<Unit> units = new ArrayList<>();
        for (long dts = wrap - 9000; dts < wrap + 9000; dts += 3000) {
            units.add(TsTestStream.video(dts + 6000, dts, true, 300, random));
            units.add(TsTestStream.audio(dts - 4000, 100, random));
        }

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units)));

        assertThat(recorder.units).containsExactlyElementsOf(units);
    }

    @Test
    void shouldTakeDecodingTimeFromPresentationTimeWhenThereIsNone() {
        final Unit unit = TsTestStream.video(4711, 4711, false, 100, new Random(1));

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), List.of(unit))));

        assertThat(recorder.units.get(0).dts()).isEqualTo(4711);
    }

    @Test
    void shouldInsertDelimiterWhereH264HasNone() {
        final byte[] bare = {0, 0, 0, 1, 0x65, 1, 2, 3};
        final Unit unit = new Unit(Packet.Kind.VIDEO, 0, 0, true, bare);

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), List.of(unit))));

        assertThat(recorder.units.get(0).payload()).startsWith(0, 0, 0, 1, 9, 0xF0).endsWith(bare);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldCarryEveryAudioFormatUntouched(final int format) {
        final TsStream stream = List.of(TsStream.aac(0x111), TsStream.mp3(0x111), TsStream.opus(0x111, 1),
            new TsStream(0x111, 0x81, Packet.Kind.AUDIO, new byte[] {5, 4, 'A', 'C', '-', '3'})).get(format);
        final TsProgram program = TsProgram.of(stream);
        final List<Unit> units = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            units.add(TsTestStream.audio(1920L * i, 1 + 40 * i, new Random(i)));
        }

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(program), units)));

        assertThat(recorder.units).containsExactlyElementsOf(units);
        assertThat(recorder.programs).containsExactly(program);
    }

    @Test
    void shouldReadProgramMapsLongerThanOnePacket() {
        final List<TsStream> streams = new ArrayList<>(List.of(TsStream.h264(0x100)));
        for (int i = 0; i < 4; i++) {
            streams.add(new TsStream(0x110 + i, TsStream.AAC, Packet.Kind.AUDIO, language(200)));
        }
        final TsProgram program = TsProgram.of(streams);
        final Unit unit = TsTestStream.video(0, 0, true, 100, new Random(1));

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(program), List.of(unit))));

        assertThat(recorder.programs).containsExactly(program);
        assertThat(recorder.units).containsExactly(unit);
    }

    @Test
    void shouldReportProgramAgainOnlyWhenItsStreamsChange() {
        final TsProgram other = TsProgram.of(TsStream.h264(0x200));
        final Unit unit = TsTestStream.video(0, 0, true, 100, new Random(1));

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), List.of(unit))));
        reader.endOfSegment();
        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(other), List.of(unit))));
        reader.endOfSegment();
        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(other), List.of(unit))));

        assertThat(recorder.programs).containsExactly(TsTestStream.PROGRAM, other);
        assertThat(recorder.units).containsExactly(unit, unit, unit);
    }

    @Test
    void shouldDeliverInTheCallThatBringsTheLastByte() {
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM),
            List.of(TsTestStream.video(0, 0, true, 1000, new Random(1))));

        reader.feed(ByteBuffer.wrap(stream, 0, stream.length - 1));
        final int before = recorder.units.size();
        reader.feed(ByteBuffer.wrap(stream, stream.length - 1, 1));

        assertThat(before).isZero();
        assertThat(recorder.units).hasSize(1);
    }

    @Test
    void shouldHandOverSmallUnitsInOnePiece() {
        final List<Integer> pieces = new ArrayList<>();
        final TsWriter writer = new TsWriter(TsTestStream.PROGRAM);
        writer.beginSegment(bytes -> { });
        final Packet packet = TsTestStream.video(0, 0, true, 60_000, new Random(1)).packet(pool);

        writer.write(packet, bytes -> pieces.add(bytes.remaining()));
        packet.release();

        assertThat(pieces).hasSize(1).allMatch(length -> length % 188 == 0);
    }

    @Test
    void shouldRefuseMisuse() {
        final TsWriter writer = new TsWriter(TsProgram.of(TsStream.h264(0x100)));
        final Packet audio = TsTestStream.audio(0, 10, new Random(1)).packet(pool);

        assertThatThrownBy(() -> writer.write(audio, bytes -> { })).isInstanceOf(IllegalStateException.class);
        writer.beginSegment(bytes -> { });
        assertThatThrownBy(() -> writer.write(audio, bytes -> { })).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("no AUDIO stream");
        assertThatThrownBy(() -> TsProgram.of(TsStream.h264(0x100), TsStream.aac(0x100)))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("clash");
    }

    @Test
    void shouldSendTheClockWithEveryVideoUnitAndNeverBackwards() {
        final List<Long> clocks = new ArrayList<>();
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM),
            TsTestStream.units(new Random(2), 20, 500));
        final ByteBuffer bytes = ByteBuffer.wrap(stream);
        for (int offset = 0; offset < stream.length; offset += 188) {
            if ((TsPacketDescriptor.adaptationFlags(bytes, offset) & TsPacketDescriptor.PCR_FLAG) != 0) {
                clocks.add((bytes.getInt(offset + 6) & 0xFFFFFFFFL) << 1);
            }
        }

        assertThat(clocks).hasSize(20).isSortedAccordingTo(Comparator.naturalOrder());
        assertThat(clocks.get(0)).isEqualTo(90_000 - TsWriter.PCR_LEAD_TICKS);
    }

    private static byte[] language(final int length) {
        final byte[] descriptors = new byte[length];
        descriptors[0] = 0x0A;
        descriptors[1] = (byte) (length - 2);
        return descriptors;
    }
}
