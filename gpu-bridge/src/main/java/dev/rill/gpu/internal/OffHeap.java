package dev.rill.gpu.internal;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Zeroed native memory that starts at a page and is freed when it is closed, not when a collector finds it.
 * Not guarded: no view may be touched after {@link #close}. Any thread.
 */
public final class OffHeap implements AutoCloseable {
    private static final int ALIGNMENT = 4096;

    private final Memory memory;
    private final long start;
    private final long length;

    private OffHeap(final long length) {
        memory = new Memory(length + ALIGNMENT);
        memory.clear();
        final long base = Pointer.nativeValue(memory);
        start = -base & (ALIGNMENT - 1);
        this.length = length;
    }

    /**
     * Allocates memory.
     *
     * @param length in bytes, positive.
     * @return the memory; the caller closes it.
     */
    public static OffHeap allocate(final long length) {
        return new OffHeap(length);
    }

    /**
     * Whether native memory can be had at all.
     *
     * @return empty if so, else why not, in one line.
     */
    public static String refusal() {
        try {
            allocate(1).close();
            return "";
        } catch (final LinkageError ex) {
            return "JNA cannot load its own library: " + ex.getMessage();
        }
    }

    /** Address of the first byte, a multiple of 4096. */
    public long address() {
        return Pointer.nativeValue(memory) + start;
    }

    /** Length in bytes. */
    public long length() {
        return length;
    }

    /**
     * A view of a part, in native byte order.
     *
     * @param offset from the start, in bytes.
     * @param bytes  length of the view.
     * @return a direct buffer, valid until {@link #close}.
     */
    public ByteBuffer buffer(final long offset, final int bytes) {
        if (offset < 0 || bytes < 0 || offset + bytes > length) {
            throw new IllegalArgumentException(
                "off-heap view offset=" + offset + " bytes=" + bytes + ", expected within " + length);
        }
        return memory.getByteBuffer(start + offset, bytes).order(ByteOrder.nativeOrder());
    }

    /** A view of everything, in native byte order. */
    public ByteBuffer buffer() {
        return buffer(0, Math.toIntExact(length));
    }

    @Override
    public void close() {
        memory.close();
    }
}
