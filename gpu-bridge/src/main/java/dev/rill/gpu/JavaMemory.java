package dev.rill.gpu;

import dev.rill.gpu.internal.OffHeap;
import java.nio.ByteBuffer;

/** Slots of the {@code java} device: one allocation, slot after slot. */
final class JavaMemory implements SlotMemory {
    private final OffHeap memory;
    private final int slotBytes;

    JavaMemory(final FrameFormat format, final int slots) {
        slotBytes = format.sizeBytes();
        try {
            memory = OffHeap.allocate((long) slotBytes * slots);
        } catch (final OutOfMemoryError ex) {
            throw new BridgeException(Code.NO_MEMORY,
                "pool " + format + ": cannot allocate " + slots + " slots of " + slotBytes + " bytes");
        }
    }

    @Override
    public ByteBuffer slot(final int index) {
        return memory.buffer((long) index * slotBytes, slotBytes);
    }

    @Override
    public long address(final int index) {
        return memory.address() + (long) index * slotBytes;
    }

    @Override
    public void free() {
        memory.close();
    }
}
