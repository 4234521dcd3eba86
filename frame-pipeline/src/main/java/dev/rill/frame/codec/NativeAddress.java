package dev.rill.frame.codec;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** A pointer to memory of someone else, moved from address to address so that the frame path allocates none. */
final class NativeAddress extends BytePointer {
    NativeAddress() {
        super((Pointer) null);
    }

    /** Points to {@code newAddress}; 0 makes it a null pointer. */
    NativeAddress set(final long newAddress) {
        address = newAddress;
        return this;
    }
}
