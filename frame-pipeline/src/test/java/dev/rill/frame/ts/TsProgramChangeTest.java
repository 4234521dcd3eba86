package dev.rill.frame.ts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.ts.TsTestStream.Recorder;
import dev.rill.frame.ts.TsTestStream.Unit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TsProgramChangeTest {
    private static final TsProgram BOTH = TsTestStream.PROGRAM;
    private static final TsProgram SOUND = TsProgram.of(TsStream.aac(0x101));

    private final PacketPool pool = new PacketPool();
    private final Recorder recorder = new Recorder();
    private final TsReader reader = new TsReader(recorder, pool, () -> 7);

    @Test
    void shouldRaiseTheVersionAndGoOnCountingWhenTheProgramChanges() {
        final Random random = new Random(3);
        final TsWriter writer = new TsWriter(BOTH);
        final ByteArrayOutputStream stream = new ByteArrayOutputStream();
        final List<Unit> units = new ArrayList<>();
        final List<Integer> versions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            final List<Unit> some = i % 2 == 0
                ? List.of(TsTestStream.video(3000L * i, 3000L * i, true, 500, random))
                : List.of(TsTestStream.audio(3000L * i, 300, random));
            writer.program(i % 2 == 0 ? BOTH : SOUND);
            final byte[] segment = TsTestStream.write(writer, some);
            assertThat(versionOf(segment, 0)).as("version of the association table").isZero();
            versions.add(versionOf(segment, 1));
            units.addAll(some);
            stream.writeBytes(segment);
        }

        reader.feed(ByteBuffer.wrap(stream.toByteArray()));

        for (int i = 0; i < versions.size(); i++) {
            assertThat(versions.get(i)).isEqualTo(i % 32);
        }
        assertThat(recorder.units).containsExactlyElementsOf(units);
        assertThat(recorder.programs).hasSize(40).startsWith(BOTH, SOUND, BOTH);
        assertThat(reader.counters().continuityErrors() + reader.counters().damagedSections()).isZero();
    }

    @Test
    void shouldKeepTheVersionWhenTheProgramIsTheSame() {
        final TsWriter writer = new TsWriter(BOTH);

        writer.program(TsProgram.of(BOTH.streams()));
        writer.program(SOUND);
        writer.program(SOUND);

        assertThat(versionOf(TsTestStream.write(writer, List.of()), 1)).isEqualTo(1);
    }

    @Test
    void shouldDemandASegmentBehindAChange() {
        final TsWriter writer = new TsWriter(BOTH);
        TsTestStream.write(writer, List.of());
        final Packet packet = TsTestStream.audio(0, 100, new Random(1)).packet(pool);

        writer.program(SOUND);

        assertThatThrownBy(() -> writer.write(packet, bytes -> { })).isInstanceOf(IllegalStateException.class);
        packet.release();
    }

    private static int versionOf(final byte[] segment, final int packet) {
        return segment[packet * 188 + 4 + 1 + 5] >> 1 & 31;
    }
}
