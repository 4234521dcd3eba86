package dev.rill.gpu.internal;

import java.nio.ByteBuffer;

/**
 * Off-heap {@code rill_parameters} of one session, written before a submission and copied by it:
 * size u32, version u32, parameter version u64, count u32, reserved u32, 13 values f64. One thread at a time.
 */
public final class ParameterBlock implements AutoCloseable {
    private final OffHeap memory = OffHeap.allocate(NativeLayout.PARAMETERS_SIZE);
    private final ByteBuffer buffer = memory.buffer();

    /**
     * Allocates a block.
     *
     * @param count number of values.
     */
    public ParameterBlock(final int count) {
        buffer.putInt(0, NativeLayout.PARAMETERS_SIZE);
        buffer.putInt(Integer.BYTES, NativeLayout.STRUCT_VERSION);
        buffer.putInt(NativeLayout.PARAMETERS_COUNT, count);
    }

    /** Address of the block. */
    public long address() {
        return memory.address();
    }

    /** Sets the version that completions hand back. */
    public void version(final long version) {
        buffer.putLong(NativeLayout.PARAMETERS_VERSION, version);
    }

    /** Sets one value. */
    public void value(final int index, final double value) {
        buffer.putDouble(NativeLayout.PARAMETERS_VALUES + index * Double.BYTES, value);
    }

    @Override
    public void close() {
        memory.close();
    }
}
