package dev.rill.frame;

import dev.rill.frame.media.FlatVideo;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.frame.ts.TsWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Segments of units that a test has written itself; time goes on from one to the next. */
final class FlatStream {
    private static final int STEP = 3000;

    final TsWriter writer = new TsWriter(TsProgram.of(TsStream.h264(0x100)));
    /** Of the next unit. */
    long time = 900_000;
    private final PacketPool pool = new PacketPool();

    /** A keyframe and repetitions of it. */
    static List<byte[]> group(final FlatVideo video, final int shade, final int frames) {
        final List<byte[]> units = new ArrayList<>(List.of(shade < 0 ? video.keyframe() : video.keyframe(shade)));
        while (units.size() < frames) {
            units.add(video.repeat());
        }
        return units;
    }

    byte[] segment(final List<byte[]> units) {
        return segment(units, STEP);
    }

    byte[] segment(final List<byte[]> units, final int step) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.beginSegment(buffer -> append(buffer, bytes));
        for (final byte[] unit : units) {
            final Packet packet = pool.acquire();
            packet.append(ByteBuffer.wrap(unit));
            writer.write(packet.describe(Packet.Kind.VIDEO, time, time, false, 1), buffer -> append(buffer, bytes));
            packet.release();
            time += step;
        }
        return bytes.toByteArray();
    }

    private static void append(final ByteBuffer buffer, final ByteArrayOutputStream bytes) {
        final byte[] chunk = new byte[buffer.remaining()];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
    }
}
