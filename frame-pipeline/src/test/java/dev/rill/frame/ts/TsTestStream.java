package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes streams for tests, and records what a reader makes of them. */
final class TsTestStream {
    static final TsProgram PROGRAM = TsProgram.of(TsStream.h264(0x100), TsStream.aac(0x101));

    private TsTestStream() {
    }

    /**
     * One unit as plain data.
     *
     * @param kind     of the stream.
     * @param pts      presentation time.
     * @param dts      decoding time.
     * @param keyframe whether decoding can begin.
     * @param payload  bytes.
     */
    record Unit(Packet.Kind kind, long pts, long dts, boolean keyframe, byte[] payload) {
        @Override
        public boolean equals(final Object other) {
            return other instanceof final Unit that && kind == that.kind && pts == that.pts && dts == that.dts
                && keyframe == that.keyframe && Arrays.equals(payload, that.payload);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(pts) + payload.length;
        }

        @Override
        public String toString() {
            return kind + " pts=" + pts + " dts=" + dts + (keyframe ? " key" : "") + " length=" + payload.length;
        }

        Packet packet(final PacketPool pool) {
            final Packet packet = pool.acquire();
            packet.append(ByteBuffer.wrap(payload));
            return packet.describe(kind, pts, dts, keyframe, 1);
        }
    }

    static Unit video(final long pts, final long dts, final boolean keyframe, final int length, final Random random) {
        final byte[] payload = new byte[length];
        random.nextBytes(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] |= 2; // no start code inside
        }
        final byte[] head = {0, 0, 0, 1, 9, (byte) 0xF0, 0, 0, 1, (byte) (keyframe ? 0x65 : 0x41)};
        System.arraycopy(head, 0, payload, 0, head.length);
        return new Unit(Packet.Kind.VIDEO, pts, dts, keyframe, payload);
    }

    static Unit audio(final long pts, final int length, final Random random) {
        final byte[] payload = new byte[length];
        random.nextBytes(payload);
        return new Unit(Packet.Kind.AUDIO, pts, pts, true, payload);
    }

    /** Video of all sizes around the packet boundaries, with reordering times, and audio between. */
    static List<Unit> units(final Random random, final int count, final int maxLength) {
        final List<Unit> units = new ArrayList<>();
        long dts = 90_000;
        for (int i = 0; i < count; i++) {
            final int length = 16 + random.nextInt(maxLength);
            final long reorder = i % 5 == 0 ? 0 : 3000L * random.nextInt(3);
            units.add(video(dts + reorder, dts, i % 5 == 0, length, random));
            if (random.nextBoolean()) {
                units.add(audio(dts - 500, 1 + random.nextInt(700), random));
            }
            dts += 3000;
        }
        return units;
    }

    static byte[] write(final TsWriter writer, final List<Unit> units) {
        final PacketPool pool = new PacketPool();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final ByteSink sink = buffer -> {
            final byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            bytes.writeBytes(chunk);
        };
        writer.beginSegment(sink);
        for (final Unit unit : units) {
            final Packet packet = unit.packet(pool);
            writer.write(packet, sink);
            packet.release();
        }
        return bytes.toByteArray();
    }

    /** Records; releases every packet. */
    static final class Recorder implements TsHandler {
        final List<TsProgram> programs = new ArrayList<>();
        final List<Unit> units = new ArrayList<>();
        final List<TsLoss> losses = new ArrayList<>();

        @Override
        public void onProgram(final TsProgram program) {
            programs.add(program);
        }

        @Override
        public void onPacket(final Packet packet) {
            final byte[] payload = new byte[packet.length()];
            packet.data().get(0, payload);
            units.add(new Unit(packet.kind(), packet.pts(), packet.dts(), packet.isKeyframe(), payload));
            packet.release();
        }

        @Override
        public void onLoss(final Packet.Kind kind, final TsLoss reason) {
            losses.add(reason);
        }

        List<Unit> units(final Packet.Kind kind) {
            return units.stream().filter(unit -> unit.kind() == kind).toList();
        }
    }
}
