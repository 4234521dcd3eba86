package dev.rill.frame.codec;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Addresses and strides of the planes of a slot, as swscale wants them. Single-threaded. */
final class SlotPlanes implements AutoCloseable {
    private static final int PLANES = 4;

    private final NativeAddress address = new NativeAddress();
    private final PointerPointer<NativeAddress> addresses = new PointerPointer<>(PLANES);
    private final IntPointer strides = new IntPointer(PLANES);

    /** Describes a slot; holds until the next call. */
    SlotPlanes of(final FrameSlot slot) {
        return of(slot, 0, 0);
    }

    /** Describes the part of an I420 slot that begins at an even column and row; holds until the next call. */
    SlotPlanes of(final FrameSlot slot, final int left, final int top) {
        final FrameFormat format = slot.format();
        for (int plane = 0; plane < format.planeCount(); plane++) {
            final int shift = plane == 0 ? 0 : 1;
            final long offset = (long) (top >> shift) * format.planeStride(plane) + (left >> shift);
            addresses.put(plane, address.set(slot.planeAddress(plane) + offset));
            strides.put(plane, format.planeStride(plane));
        }
        return this;
    }

    PointerPointer<NativeAddress> addresses() {
        return addresses;
    }

    IntPointer strides() {
        return strides;
    }

    @Override
    public void close() {
        addresses.close();
        strides.close();
    }
}
