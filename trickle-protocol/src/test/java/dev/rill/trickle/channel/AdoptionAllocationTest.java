package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counts the bytes that the core allocates to adopt a receive buffer. */
class AdoptionAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BUFFERS = 900;
    private static final int WARM_UP_SEGMENTS = 20;

    private final TestEngine engine = new TestEngine();
    /** Without the leak detection of tests, which allocates at every touch. */
    private final ByteBuf memory = new UnpooledByteBufAllocator(true, true).directBuffer(64, 64).writeZero(64);
    private final ByteBuf received = Unpooled.unreleasableBuffer(memory);

    @AfterEach
    void shouldGiveAllMemoryBack() {
        memory.release();
        engine.close();
    }

    @Test
    void shouldAllocateNothingToAdoptAReceiveBuffer() {
        final Channel channel = engine.channel("ch");
        for (int i = 0; i < WARM_UP_SEGMENTS; i++) {
            relay(write(channel, i));
        }
        final SegmentAppender appender = write(channel, WARM_UP_SEGMENTS);
        appender.append(received);

        final long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < BUFFERS; i++) {
            appender.append(received);
        }
        final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        appender.complete(null);
        // The smallest object per append would be 16 bytes; a handful in all is the compiler's doing.
        assertThat(allocated).as("bytes allocated by %s appends", BUFFERS).isLessThan(BUFFERS / 2);
    }

    private void relay(final SegmentAppender appender) {
        for (int i = 0; i < BUFFERS; i++) {
            appender.append(received);
        }
        appender.complete(null);
    }
}
