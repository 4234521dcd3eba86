package dev.rill.frame;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.frame.ts.TsWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** A transport stream that a test cuts and edits unit by unit. */
record UnitTape(TsProgram program, List<Unit> units) {
    static UnitTape read(final byte[] stream) {
        final List<Unit> units = new ArrayList<>();
        final TsProgram[] program = new TsProgram[1];
        try (TsReader reader = new TsReader(new TsHandler() {
            @Override
            public void onProgram(final TsProgram newProgram) {
                program[0] = newProgram;
            }

            @Override
            public void onPacket(final Packet packet) {
                final byte[] payload = new byte[packet.length()];
                packet.data().get(0, payload);
                units.add(new Unit(packet.kind(), packet.pts(), packet.dts(), packet.isKeyframe(), payload));
                packet.release();
            }
        }, new PacketPool(), () -> 0)) {
            reader.feed(ByteBuffer.wrap(stream));
            reader.endOfSegment();
        }
        return new UnitTape(program[0], units);
    }

    UnitTape keep(final Predicate<Unit> condition) {
        return new UnitTape(program, units.stream().filter(condition).toList());
    }

    UnitTape shift(final ToLongFunction<Unit> ticks) {
        return map(unit -> new Unit(unit.kind(), unit.pts() + ticks.applyAsLong(unit),
            unit.dts() + ticks.applyAsLong(unit), unit.keyframe(), unit.payload()));
    }

    UnitTape map(final UnaryOperator<Unit> change) {
        return new UnitTape(program, units.stream().map(change).toList());
    }

    /** In one segment. */
    byte[] write() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final PacketPool pool = new PacketPool();
        final TsWriter writer = new TsWriter(TsProgram.of(program.streams()));
        writer.beginSegment(buffer -> append(bytes, buffer));
        for (final Unit unit : units) {
            final Packet packet = pool.acquire();
            packet.append(ByteBuffer.wrap(unit.payload()));
            packet.describe(unit.kind(), unit.pts(), unit.dts(), unit.keyframe(), 1);
            writer.write(packet, buffer -> append(bytes, buffer));
            packet.release();
        }
        return bytes.toByteArray();
    }

    private static void append(final ByteArrayOutputStream bytes, final ByteBuffer buffer) {
        final byte[] chunk = new byte[buffer.remaining()];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
    }
}
