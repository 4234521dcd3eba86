package dev.rill.gpu;

import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.RillNative;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Slots of a native device. */
final class NativeMemory implements SlotMemory {
    private static final Logger LOGGER = LoggerFactory.getLogger(NativeMemory.class);

    private final NativeCalls.Pool pool;
    private final int slotBytes;
    private final boolean isForResults;

    NativeMemory(final NativeCalls.Pool pool, final int slotBytes, final boolean isForResults) {
        this.pool = pool;
        this.slotBytes = slotBytes;
        this.isForResults = isForResults;
    }

    long handle() {
        return pool.handle();
    }

    /** Whether processes that share it may write it. */
    boolean isForResults() {
        return isForResults;
    }

    /** Distance of a slot from the start of the memory, in bytes. */
    long offset(final int index) {
        return index * pool.slotStride();
    }

    @Override
    public ByteBuffer slot(final int index) {
        return pool.slot(index, slotBytes);
    }

    @Override
    public long address(final int index) {
        return pool.base() + index * pool.slotStride();
    }

    @Override
    public void free() {
        final int code = RillNative.rill_pool_close(pool.handle());
        if (code != BridgeSession.OK) {
            LOGGER.error("pool memory not freed code={} reason={}", code, NativeCalls.lastError());
        }
    }
}
