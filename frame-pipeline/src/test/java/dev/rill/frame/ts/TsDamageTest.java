package dev.rill.frame.ts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.ts.TsTestStream.Recorder;
import dev.rill.frame.ts.TsTestStream.Unit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TsDamageTest {
    private static final int LENGTH = TsPacketDescriptor.LENGTH;

    private final PacketPool pool = new PacketPool();
    private final Recorder recorder = new Recorder();
    private final TsReader reader = new TsReader(recorder, pool, () -> 7);

    @AfterEach
    void shouldBalance() {
        for (final Packet.Kind kind : Packet.Kind.values()) {
            final TsCounters counters = reader.counters();
            assertThat(counters.units(kind)).as("units of %s", kind)
                .isEqualTo(counters.emitted(kind) + counters.dropped(kind) + reader.openUnits(kind));
        }
        reader.close();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void shouldYieldAPrefixAtEveryTruncationPoint() {
        final List<Unit> units = TsTestStream.units(new Random(4), 5, 500);
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units);

        for (int length = 0; length <= stream.length; length++) {
            final Recorder cut = new Recorder();
            final TsReader cutReader = new TsReader(cut, pool, () -> 7);
            cutReader.feed(ByteBuffer.wrap(stream, 0, length));
            cutReader.endOfSegment();
            cutReader.close();

            assertThat(cut.units).as("cut at %d", length).isEqualTo(units.subList(0, cut.units.size()));
            assertThat(cut.units.size() + cutReader.counters().dropped(Packet.Kind.VIDEO)
                + cutReader.counters().dropped(Packet.Kind.AUDIO)).as("cut at %d", length)
                .isLessThanOrEqualTo(units.size());
        }
        assertThat(pool.outstanding()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldDropOnlyUnitsWhosePacketsAreLost(final long seed) {
        final Random random = new Random(seed);
        final List<Unit> units = TsTestStream.units(random, 40, 2000);
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units);
        final ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        int lost = 0;
        for (int offset = 0; offset < stream.length; offset += LENGTH) {
            if (offset > 2 * LENGTH && random.nextInt(25) == 0) {
                lost++;
            } else {
                damaged.write(stream, offset, LENGTH);
            }
        }

        reader.feed(ByteBuffer.wrap(damaged.toByteArray()));
        reader.endOfSegment();

        assertThat(units).as("seed %d lost %d", seed, lost).containsAll(recorder.units);
        assertThat(recorder.losses).as("seed %d lost %d", seed, lost).isNotEmpty().hasSizeLessThanOrEqualTo(lost);
        assertThat(recorder.units.size()).isGreaterThanOrEqualTo(units.size() - 2 * lost).isLessThan(units.size());
    }

    @Test
    void shouldReportWhenAWholeUnitIsLost() {
        final Random random = new Random(1);
        final TsWriter writer = new TsWriter(TsProgram.of(TsStream.h264(0x100)));
        final byte[] first = TsTestStream.write(writer, List.of(TsTestStream.video(0, 0, true, 100, random)));
        TsTestStream.write(writer, List.of(TsTestStream.video(3000, 3000, false, 100, random)));
        final byte[] third = TsTestStream.write(writer, List.of(TsTestStream.video(6000, 6000, false, 100, random)));

        reader.feed(ByteBuffer.wrap(first));
        reader.feed(ByteBuffer.wrap(third));

        assertThat(recorder.units).hasSize(2);
        assertThat(recorder.losses).containsExactly(TsLoss.CONTINUITY);
    }

    @Test
    void shouldFindSyncAgainBehindGarbage() {
        final Random random = new Random(8);
        final TsWriter writer = new TsWriter(TsTestStream.PROGRAM);
        final byte[] first = TsTestStream.write(writer, TsTestStream.units(random, 3, 300));
        final byte[] second = TsTestStream.write(writer, TsTestStream.units(random, 3, 300));
        final byte[] garbage = new byte[1001];
        random.nextBytes(garbage);
        garbage[0] = 0;

        for (final byte[] part : List.of(first, garbage, second)) {
            for (final byte one : part) {
                reader.feed(ByteBuffer.wrap(new byte[] {one}));
            }
        }

        assertThat(reader.counters().resyncs()).isPositive();
        assertThat(reader.counters().skippedBytes()).isGreaterThanOrEqualTo(1001 - LENGTH);
        assertThat(recorder.units(Packet.Kind.VIDEO)).hasSize(6);
    }

    @Test
    void shouldNotDependOnTheSplitWhenDamaged() {
        final Random random = new Random(21);
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM),
            TsTestStream.units(random, 30, 800));
        for (int i = 0; i < 40; i++) {
            stream[random.nextInt(stream.length)] ^= (byte) (1 + random.nextInt(255));
        }
        reader.feed(ByteBuffer.wrap(stream));
        reader.endOfSegment();

        for (final int step : new int[] {1, 7, 187, 188, 189, 1000}) {
            final Recorder split = new Recorder();
            final TsReader splitReader = new TsReader(split, pool, () -> 7);
            for (int offset = 0; offset < stream.length; offset += step) {
                splitReader.feed(ByteBuffer.wrap(stream, offset, Math.min(step, stream.length - offset)));
            }
            splitReader.endOfSegment();
            assertThat(split.units).as("step %d", step).isEqualTo(recorder.units);
            assertThat(split.losses).as("step %d", step).isEqualTo(recorder.losses);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldSurviveNoise(final long seed) {
        final Random random = new Random(seed);
        final byte[] noise = new byte[40 * LENGTH];
        random.nextBytes(noise);
        for (int offset = 0; offset < noise.length; offset += LENGTH) {
            noise[offset] = TsPacketDescriptor.SYNC;
            noise[offset + 1] &= 0x41;
            noise[offset + 2] = (byte) random.nextInt(2);
        }
        final List<Unit> units = TsTestStream.units(random, 3, 300);

        reader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units)));
        reader.feed(ByteBuffer.wrap(noise));
        reader.endOfSegment();

        assertThat(recorder.units.subList(0, units.size())).isEqualTo(units);
    }

    @Test
    void shouldIgnoreSectionsWithWrongCrc() {
        final Random random = new Random(2);
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM),
            TsTestStream.units(random, 2, 100));
        stream[LENGTH + 15] ^= 1;

        reader.feed(ByteBuffer.wrap(stream));

        assertThat(reader.counters().damagedSections()).isEqualTo(1);
        assertThat(recorder.programs).isEmpty();
        assertThat(recorder.units).isEmpty();
        assertThat(reader.counters().ignoredPackets()).isPositive();
    }

    @Test
    void shouldIgnoreDuplicatePackets() {
        final List<Unit> units = TsTestStream.units(new Random(6), 5, 900);
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units);
        final ByteArrayOutputStream doubled = new ByteArrayOutputStream();
        for (int offset = 0; offset < stream.length; offset += LENGTH) {
            doubled.write(stream, offset, LENGTH);
            doubled.write(stream, offset, LENGTH);
        }

        reader.feed(ByteBuffer.wrap(doubled.toByteArray()));

        assertThat(recorder.units).containsExactlyElementsOf(units);
        assertThat(reader.counters().duplicatePackets()).isEqualTo(stream.length / LENGTH);
    }

    @Test
    void shouldDropUnitsBeyondTheLimit() {
        final Random random = new Random(3);
        final Recorder limited = new Recorder();
        final TsReader limitedReader = new TsReader(limited, pool, () -> 7, 80_000);
        final List<Unit> units = List.of(TsTestStream.video(0, 0, true, 80_000, random),
            TsTestStream.video(3000, 3000, false, 80_001, random), TsTestStream.video(6000, 6000, false, 100, random));

        limitedReader.feed(ByteBuffer.wrap(TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units)));
        limitedReader.endOfSegment();

        assertThat(limited.units).containsExactly(units.get(0), units.get(2));
        assertThat(limited.losses).containsExactly(TsLoss.TOO_LARGE);
    }

    @Test
    void shouldDropHeadlessUnitWhenJoiningInTheMiddle() {
        final List<Unit> units = List.of(TsTestStream.video(0, 0, true, 900, new Random(1)),
            TsTestStream.video(3000, 3000, false, 100, new Random(2)));
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units);

        reader.feed(ByteBuffer.wrap(stream, 0, 2 * LENGTH));
        reader.feed(ByteBuffer.wrap(Arrays.copyOfRange(stream, 3 * LENGTH, stream.length)));

        assertThat(recorder.units).containsExactly(units.get(1));
        assertThat(recorder.losses).containsExactly(TsLoss.HEADLESS);
    }

    @Test
    void shouldDropAnOpenUnitWhenItsSegmentWasCutOff() {
        final Unit unit = TsTestStream.video(0, 0, true, 66_000, new Random(1));
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), List.of(unit));

        reader.feed(ByteBuffer.wrap(stream, 0, stream.length - LENGTH));
        reader.endOfSegment(false);

        assertThat(recorder.units).isEmpty();
        assertThat(recorder.losses).containsExactly(TsLoss.TRUNCATED);
    }

    @Test
    void shouldDropUnitsWithBrokenHeader() {
        final List<Unit> units = List.of(TsTestStream.video(0, 0, true, 300, new Random(1)),
            TsTestStream.video(3000, 3000, false, 100, new Random(2)));
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM), units);
        stream[2 * LENGTH + 4 + 8 + 2] = 9; // start code prefix of the first unit

        reader.feed(ByteBuffer.wrap(stream));

        assertThat(recorder.losses).containsExactly(TsLoss.BAD_HEADER);
        assertThat(recorder.units).containsExactly(units.get(1));
    }

    @Test
    void shouldLearnThatStuffingInTheMiddleIsNotAnEnd() {
        final Random random = new Random(1);
        final Unit unit = TsTestStream.video(0, 0, true, 70_000, random);
        final TsWriter writer = new TsWriter(TsTestStream.PROGRAM);
        final byte[] whole = TsTestStream.write(writer, List.of(unit));
        final Unit later = TsTestStream.video(3000, 3000, true, 70_000, random);

        reader.feed(ByteBuffer.wrap(stuffTenthPacket(whole)));
        reader.endOfSegment();
        reader.feed(ByteBuffer.wrap(stuffTenthPacket(TsTestStream.write(writer, List.of(later)))));
        reader.endOfSegment();

        assertThat(recorder.losses).as("losses, since the first unit was handed on").isEmpty();
        assertThat(reader.counters().misplacedStuffing()).isEqualTo(2);
        assertThat(reader.counters().excessBytes()).isPositive();
        assertThat(recorder.units).hasSize(2);
        assertThat(recorder.units.get(0).payload()).hasSizeLessThan(unit.payload().length / 2);
        assertThat(recorder.units.get(1).payload().length).isEqualTo(later.payload().length - 10);
    }

    /** Replaces the first ten payload bytes of the tenth packet by stuffing: a unit shorter by ten bytes. */
    private static byte[] stuffTenthPacket(final byte[] stream) {
        final byte[] result = stream.clone();
        final int offset = 10 * LENGTH;
        result[offset + 3] |= 0x20;
        Arrays.fill(result, offset + 4, offset + 14, (byte) 0xFF);
        result[offset + 4] = 9;
        result[offset + 5] = 0;
        return result;
    }
}
