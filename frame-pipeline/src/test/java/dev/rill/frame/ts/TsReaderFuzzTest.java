package dev.rill.frame.ts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/**
 * Whatever bytes come, at any split, the reader does not throw, accounts for every unit and gives every packet back.
 * <p>
 * Each input is one byte that says where the rest is split, one whose lowest bit says whether the segment was intact,
 * and the bytes of the stream. The corpus is in {@code TsReaderFuzzTestInputs}; {@code JAZZER_FUZZ=1 mvn -pl
 * frame-pipeline -am test -Dtest=TsReaderFuzzTest} looks for more.
 */
class TsReaderFuzzTest {
    private static final int MAX_UNIT_LENGTH = 4096;

    private final PacketPool packets = new PacketPool();

    @FuzzTest
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
