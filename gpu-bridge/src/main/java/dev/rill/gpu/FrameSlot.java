package dev.rill.gpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One off-heap frame of a {@link FramePool}, shared by reference count.
 * <p>
 * {@link FramePool#acquire} hands over one reference; whoever keeps the slot longer than a call takes another with
 * {@link #retain}, and each reference is given back once with {@link #release}. The last release returns the slot to
 * its pool and starts a new generation, which makes every {@link #handle} given out before stale. Any thread; the
 * pixels themselves are not guarded: one writer, and readers only after they got the slot from that writer.
 */
public final class FrameSlot {
    private static final long REFERENCES = 0xFFFF_FFFFL;
    private static final long ONE_GENERATION = 1L << Integer.SIZE;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(FrameSlot.class, "state", long.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final FramePool pool;
    private final int index;
    private final ByteBuffer memory;
    private final long address;

    /** Generation in the upper half, references in the lower: one word, so that both change together. */
    private volatile long state;

    FrameSlot(final FramePool pool, final int index, final ByteBuffer memory, final long address) {
        this.pool = pool;
        this.index = index;
        this.memory = memory;
        this.address = address;
    }

    /** The pool to which the last release returns this slot. */
    public FramePool pool() {
        return pool;
    }

    /** Geometry of the frame. */
    public FrameFormat format() {
        return pool.format();
    }

    /**
     * Names this slot for as long as the present references are held; see {@link FramePool#slot}.
     *
     * @return generation in the upper 32 bits, index in the lower.
     * @throws IllegalStateException if no reference is held.
     */
    public long handle() {
        return (held() & ~REFERENCES) | index;
    }

    /**
     * Takes one more reference.
     *
     * @return this slot.
     * @throws IllegalStateException if no reference is held.
     */
    public FrameSlot retain() {
        long current = held();
        while (!STATE.compareAndSet(this, current, current + 1)) {
            current = held();
        }
        return this;
    }

    /**
     * Gives one reference back; the last returns the slot to its pool.
     *
     * @throws IllegalStateException if no reference is held (released twice).
     */
    public void release() {
        long current = held();
        while (!STATE.compareAndSet(this, current, afterRelease(current))) {
            current = held();
        }
        if ((current & REFERENCES) == 1) {
            pool.onReturned(this);
        }
    }

    /**
     * Address of the first byte of a plane, for codecs that write or read native memory.
     *
     * @param plane index below {@link FrameFormat#planeCount}.
     * @return an address, valid while a reference is held.
     * @throws IllegalStateException if no reference is held.
     */
    public long planeAddress(final int plane) {
        held();
        return address + format().planeOffset(plane);
    }

    /**
     * A new view of the used rows of a plane: {@link FrameFormat#planeStride} times {@link FrameFormat#planeRows}
     * bytes, native byte order, position 0. Its bytes are valid while a reference is held; touching them later may read
     * another frame or freed memory. Allocates the view: the frame path uses {@link #planeAddress}.
     *
     * @param plane index below {@link FrameFormat#planeCount}.
     * @return a direct buffer.
     * @throws IllegalStateException if no reference is held.
     */
    public ByteBuffer plane(final int plane) {
        held();
        final FrameFormat format = format();
        final int length = format.planeStride(plane) * format.planeRows(plane);
        return memory.slice(format.planeOffset(plane), length).order(ByteOrder.nativeOrder());
    }

    /** References held at this moment; 0 when the slot is in its pool. */
    public int referenceCount() {
        return (int) (state & REFERENCES);
    }

    @Override
    public String toString() {
        final long current = state;
        return "slot " + index + " of " + pool + " generation=" + (current >>> Integer.SIZE)
            + " references=" + (current & REFERENCES);
    }

    int index() {
        return index;
    }

    /** The whole slot, for devices; only absolute access. */
    ByteBuffer memory() {
        return memory;
    }

    /** Whether {@code handle} was given out for references that are still held. */
    boolean isCurrent(final long handle) {
        final long current = state;
        return (current & REFERENCES) != 0 && (current & ~REFERENCES) == (handle & ~REFERENCES);
    }

    /** Makes the first reference of a slot that was just taken from the free list, where it has none. */
    void onAcquired() {
        STATE.setVolatile(this, state + 1);
    }

    private long held() {
        final long current = state;
        if ((current & REFERENCES) == 0) {
            throw new IllegalStateException(this + ": used or released without a reference");
        }
        return current;
    }

    private static long afterRelease(final long current) {
        return (current & REFERENCES) == 1 ? current - 1 + ONE_GENERATION : current - 1;
    }
}
