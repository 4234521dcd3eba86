package dev.rill.frame.ts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Steady state allocates nothing: bytes of garbage are counted, not timed. */
class TsAllocationTest {
    private static final int ROUNDS = 2_000;
    private static final int WARM_UPS = 3;
    private static final long TOLERANCE = 64L * ROUNDS / 100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PacketPool pool = new PacketPool();

    @Test
    void shouldNotAllocateWhenReading() {
        final byte[] stream = TsTestStream.write(new TsWriter(TsTestStream.PROGRAM),
            TsTestStream.units(new Random(1), 10, 6000));
        final ByteBuffer bytes = ByteBuffer.allocateDirect(stream.length).put(stream);
        final TsReader reader = new TsReader(new TsHandler() {
            @Override
            public void onProgram(final TsProgram program) {
            }

            @Override
            public void onPacket(final Packet packet) {
                packet.release();
            }
        }, pool, () -> 0);

        final long allocated = allocatedBy(() -> {
            bytes.flip();
            reader.feed(bytes);
            reader.endOfSegment();
        });

        assertThat(reader.counters().emitted(Packet.Kind.VIDEO)).isEqualTo((WARM_UPS + 1L) * 10 * ROUNDS);
        assertThat(allocated).as("bytes in %d rounds", ROUNDS).isLessThan(TOLERANCE);
    }

    @Test
    void shouldNotAllocateWhenWriting() {
        final TsWriter writer = new TsWriter(TsTestStream.PROGRAM);
        final Packet packet = TsTestStream.video(0, 0, true, 7000, new Random(1)).packet(pool);
        final long[] written = new long[1];
        final ByteSink sink = bytes -> written[0] += bytes.remaining();

        final long allocated = allocatedBy(() -> {
            writer.beginSegment(sink);
            writer.write(packet, sink);
        });
        packet.release();

        assertThat(written[0]).isGreaterThan((WARM_UPS + 1L) * 7000 * ROUNDS);
        assertThat(allocated).as("bytes in %d rounds", ROUNDS).isLessThan(TOLERANCE);
    }

    private long allocatedBy(final Runnable round) {
        for (int i = 0; i < WARM_UPS; i++) {
            run(round);
        }
        final long id = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(id);
        run(round);
        return threads.getThreadAllocatedBytes(id) - before;
    }

    private static void run(final Runnable round) {
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
    }
}
