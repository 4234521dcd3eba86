package dev.rill.gpu;

import java.nio.ByteBuffer;

/**
 * One submitted frame of a worker's session; preallocated, one per completion record. Behind the last plane of a result
 * are bytes that belong to nobody: a pattern there shows whether the process wrote too far.
 */
final class WorkerFrame {
    private static final long GUARD = 0x5ac3_96f0_1e87_d24bL;
    private static final int GUARD_BYTES = 64;

    final double[] values;
    FrameSlot in;
    FrameSlot out;
    long parameterVersion;

    WorkerFrame(final int parameters) {
        values = new double[parameters];
    }

    void set(final FrameSlot newIn, final FrameSlot newOut, final ModelParameters parameters) {
        in = newIn;
        out = newOut;
        parameterVersion = parameters.version();
        for (int i = 0; i < values.length; i++) {
            values[i] = parameters.valueAt(i);
        }
    }

    void guard() {
        final ByteBuffer memory = out.memory();
        final int end = end(out.format());
        for (int at = end; at < end + GUARD_BYTES; at += Long.BYTES) {
            memory.putLong(at, GUARD);
        }
    }

    boolean isGuardIntact() {
        final ByteBuffer memory = out.memory();
        final int end = end(out.format());
        for (int at = end; at < end + GUARD_BYTES; at += Long.BYTES) {
            if (memory.getLong(at) != GUARD) {
                return false;
            }
        }
        return true;
    }

    private static int end(final FrameFormat format) {
        final int last = format.planeCount() - 1;
        return format.planeOffset(last) + format.planeStride(last) * format.planeAllocatedRows(last);
    }
}
