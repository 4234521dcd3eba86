package dev.rill.frame.ts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come, at any split, the reader does not throw, accounts for every unit and gives every packet back.
 * <p>
 * Each input is one byte that says where the rest is split, one whose lowest bit says whether the segment was broken
 * off, and the bytes of the stream. {@code JAZZER_FUZZ=1 mvn -pl frame-pipeline -am test -Dtest=TsReaderFuzzTest}
 * goes on from the seeds; what it finds goes into {@code TsReaderFuzzTestInputs} among the test resources.
 */
class TsReaderFuzzTest {
    private static final int LENGTH = TsPacketDescriptor.LENGTH;
    private static final int MAX_UNIT_LENGTH = 4096;

    private final PacketPool packets = new PacketPool();

    /** Streams of ours and of others, whole and with one thing wrong. */
    static Stream<byte[]> seeds() {
        final byte[] own = stream(TsTestStream.PROGRAM);
        final byte[] foreign = stream(new TsProgram(1, 0x1000, 0x100, false, TsTestStream.PROGRAM.streams()));
        return Stream.of(
            input(187, true, own),
            input(3, false, Arrays.copyOf(own, own.length / 2)),
            input(255, true, foreign),
            input(50, true, changed(own, 4 * LENGTH, 0)), // no sync byte
            input(187, true, changed(foreign, 5 * LENGTH + 3, 0xD0)), // scrambled
            input(187, true, changed(own, 2 * LENGTH + 4, 0xFF)), // an adaptation field longer than its packet
            input(187, true, changed(own, LENGTH + 20, 0x55)), // a map with a wrong checksum
            input(187, true, changed(changed(foreign, 2 * LENGTH + 16, 0), 2 * LENGTH + 17, 0))); // no PES length
    }

    private static byte[] stream(final TsProgram program) {
        return TsTestStream.write(new TsWriter(program), TsTestStream.units(new Random(4), 6, 700));
    }

    private static byte[] changed(final byte[] stream, final int at, final int value) {
        final byte[] result = stream.clone();
        result[at] = (byte) value;
        return result;
    }

    private static byte[] input(final int split, final boolean isIntact, final byte[] stream) {
        return ByteBuffer.allocate(2 + stream.length).put((byte) split).put((byte) (isIntact ? 0 : 1)).put(stream)
            .array();
    }

    @FuzzTest
    @MethodSource("seeds")
    @Tag("fuzz")
    void shouldAccountForEveryUnitWhateverComes(final byte[] input) {
        if (input.length < 2) {
            return;
        }
        final long[] handedOn = new long[Packet.Kind.values().length];
        final long[] lost = new long[handedOn.length];
        final TsReader reader = new TsReader(new TsHandler() {
            @Override
            public void onProgram(final TsProgram program) {
                assertThat(program.streams()).hasSizeLessThan(1024);
            }

            @Override
            public void onPacket(final Packet packet) {
                assertThat(packet.length()).isBetween(1, MAX_UNIT_LENGTH);
                handedOn[packet.kind().ordinal()]++;
                packet.release();
            }

            @Override
            public void onLoss(final Packet.Kind kind, final TsLoss reason) {
                lost[kind.ordinal()]++;
            }
        }, packets, () -> 1, MAX_UNIT_LENGTH);

        final int split = 1 + (input[0] & 0xFF);
        for (int offset = 2; offset < input.length; offset += split) {
            reader.feed(ByteBuffer.wrap(input, offset, Math.min(split, input.length - offset)));
        }
        reader.endOfSegment((input[1] & 1) == 0);

        for (final Packet.Kind kind : Packet.Kind.values()) {
            assertThat(reader.counters().units(kind)).as("units of %s", kind)
                .isEqualTo(handedOn[kind.ordinal()] + lost[kind.ordinal()]);
            assertThat(reader.counters().emitted(kind)).isEqualTo(handedOn[kind.ordinal()]);
            assertThat(reader.counters().dropped(kind)).isEqualTo(lost[kind.ordinal()]);
            assertThat(reader.openUnits(kind)).isZero();
        }
        assertThat(reader.counters().bytes()).isEqualTo(input.length - 2);
        reader.close();
        assertThat(packets.outstanding()).as("packets not given back").isZero();
    }
}
