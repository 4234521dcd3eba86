package dev.rill.it;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;

/** Bytes of native memory by those who own it, as far as they keep books. */
final class NativeMemory {
    /** Chunk that Netty's process-wide allocator keeps for reuse: up to two stripes per processor, with two each. */
    private static final long CHUNK_BYTES = 256L << 10;
    private static final String ALLOCATOR = "Netty's process-wide allocator";

    private static final int SAMPLES = 10;

    private NativeMemory() {
    }

    /** The lowest values over half a second, in which the collector is asked to find what nobody holds. */
    static Map<String, Long> settled() throws InterruptedException {
        final Map<String, Long> lowest = new LinkedHashMap<>();
        for (int i = 0; i < SAMPLES; i++) {
            System.gc();
            Thread.sleep(50);
            now().forEach((owner, bytes) -> lowest.merge(owner, bytes, Math::min));
        }
        return lowest;
    }

    /** How much more an owner may hold later although nothing leaks. */
    static long slackBytes(final String owner) {
        return ALLOCATOR.equals(owner) ? 4L * Runtime.getRuntime().availableProcessors() * CHUNK_BYTES : 64L << 10;
    }

    private static Map<String, Long> now() {
        final long allocator =
            ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
        final long netty = PlatformDependent.usedDirectMemory();
        final long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> "direct".equals(pool.getName())).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        final Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put(ALLOCATOR, allocator);
        bytes.put("Netty beside its process-wide allocator", netty - allocator);
        bytes.put("direct buffers beside Netty", direct - netty);
        bytes.put("JavaCPP", Pointer.totalBytes());
        return bytes;
    }
}
