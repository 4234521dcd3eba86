package dev.rill.bench;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.ts.ByteSink;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.frame.ts.TsStream;
import dev.rill.frame.ts.TsWriter;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/** One segment of one second, 30 access units of 12 KB, written as MPEG-TS and read again. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TsBenchmark extends AverageTimeBenchmark {
    private static final int FRAMES = 30;
    private static final int UNIT_LENGTH = 12_000;
    private static final int FRAME_TICKS = 3_000;
    private static final int NAL_TYPE_OFFSET = 4;

    private final PacketPool pool = new PacketPool();
    private final ByteBuffer unit = ByteBuffer.allocateDirect(UNIT_LENGTH);
    private final Sink sink = new Sink();
    private TsWriter writer;
    private TsReader reader;
    private ByteSink bytes;
    private long pts = 90_000;

    /** Makes an access unit that is all one slice. */
    @Setup
    public void open() {
        while (unit.hasRemaining()) {
            unit.put((byte) 0x55);
        }
        unit.flip();
        unit.putInt(0, 1).put(NAL_TYPE_OFFSET, (byte) 0x65);
        writer = new TsWriter(TsProgram.of(TsStream.h264(0x100)));
        reader = new TsReader(sink, pool, SystemNanoClock.INSTANCE);
        bytes = reader::feed;
    }

    /**
     * Writes and reads one segment.
     *
     * @return units read so far.
     */
    @Benchmark
    public long writeAndReadSegment() {
        writer.beginSegment(bytes);
        for (int i = 0; i < FRAMES; i++) {
            final Packet packet = pool.acquire().describe(Packet.Kind.VIDEO, pts, pts, i == 0, 0);
            packet.append(unit.rewind());
            writer.write(packet, bytes);
            packet.release();
            pts += FRAME_TICKS;
        }
        reader.endOfSegment();
        return sink.units;
    }

    private static final class Sink implements TsHandler {
        private long units;

        @Override
        public void onProgram(final TsProgram program) {
            units++;
        }

        @Override
        public void onPacket(final Packet packet) {
            units++;
            packet.release();
        }
    }
}
