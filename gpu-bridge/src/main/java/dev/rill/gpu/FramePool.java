package dev.rill.gpu;

import dev.rill.gpu.internal.Gate;
import java.util.function.Consumer;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of frame slots of one format in memory that the bridge's device can reach. Any thread; acquire and
 * release are lock-free and allocate nothing.
 * <p>
 * Closing a pool stops {@link #acquire}; slots that are out stay valid, and the memory is freed when the last of them
 * returns ({@link #outstanding} tells how many are missing).
 */
public final class FramePool implements AutoCloseable {
    /** Largest number of slots. */
    public static final int MAX_SLOTS = 4096;

    private static final Logger LOGGER = LoggerFactory.getLogger(FramePool.class);

    private final FrameFormat format;
    private final Bridge bridge;
    private final SlotMemory memory;
    private final FrameSlot[] slots;
    private final MpmcVarHandleArrayQueue<FrameSlot> free;
    private final Consumer<FramePool> onFreed;
    private final Gate gate = new Gate(this::onDrained);

    FramePool(
        final Bridge bridge,
        final FrameFormat format,
        final int capacity,
        final SlotMemory memory,
        final Consumer<FramePool> onFreed) {
        this.bridge = bridge;
        this.format = format;
        this.memory = memory;
        this.onFreed = onFreed;
        slots = new FrameSlot[capacity];
        free = new MpmcVarHandleArrayQueue<>(Math.max(2, capacity));
        for (int i = 0; i < capacity; i++) {
            slots[i] = new FrameSlot(this, i, memory.slot(i), memory.address(i));
            free.offer(slots[i]);
        }
    }

    /** Geometry of every slot. */
    public FrameFormat format() {
        return format;
    }

    /** Number of slots, in the pool or out. */
    public int capacity() {
        return slots.length;
    }

    /** Number of slots that {@link #acquire} could hand out at this moment; 0 once closed. */
    public int available() {
        return gate.isClosed() ? 0 : free.size();
    }

    /** Number of slots that are out. */
    public int outstanding() {
        return gate.users();
    }

    /**
     * Takes a slot; the caller owns its one reference. The content is whatever the last user left.
     *
     * @return a slot, or null if every slot is out or the pool is closed.
     */
    public FrameSlot acquire() {
        if (!gate.enter()) {
            return null;
        }
        final FrameSlot slot = free.poll();
        if (slot == null) {
            gate.exit();
            return null;
        }
        slot.onAcquired();
        return slot;
    }

    /**
     * Finds the slot that a handle names; no reference is taken.
     *
     * @param handle from {@link FrameSlot#handle}.
     * @return the slot.
     * @throws IllegalArgumentException if no slot has this index.
     * @throws IllegalStateException    if the slot was returned since the handle was given out.
     */
    public FrameSlot slot(final long handle) {
        final int index = (int) handle;
        if (index < 0 || index >= slots.length) {
            throw new IllegalArgumentException(this + ": slot index " + index + ", expected 0 to "
                + (slots.length - 1));
        }
        final FrameSlot slot = slots[index];
        if (!slot.isCurrent(handle)) {
            throw new IllegalStateException(slot + ": stale handle of generation " + (handle >>> Integer.SIZE));
        }
        return slot;
    }

    /** Closes the pool: nothing can be acquired, and memory is freed as soon as no slot is out. Idempotent. */
    @Override
    public void close() {
        if (gate.close()) {
            final int missing = gate.users();
            if (missing > 0) {
                LOGGER.info("pool closed format={} slots={} outstanding={}: memory is kept until they return",
                    format, slots.length, missing);
            }
        }
    }

    @Override
    public String toString() {
        return "pool " + format;
    }

    boolean belongsTo(final Bridge other) {
        return bridge == other;
    }

    SlotMemory memory() {
        return memory;
    }

    void onReturned(final FrameSlot slot) {
        free.offer(slot);
        gate.exit();
    }

    private void onDrained() {
        memory.free();
        onFreed.accept(this);
    }
}
