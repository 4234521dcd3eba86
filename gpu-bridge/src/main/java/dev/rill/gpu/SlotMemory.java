package dev.rill.gpu;

import java.nio.ByteBuffer;

/** Memory of one pool as its device allocated it. */
interface SlotMemory {
    /** The bytes of a slot, native byte order. */
    ByteBuffer slot(int index);

    /** Address of a slot's first byte. */
    long address(int index);

    /** Gives the memory back; called once, when no slot is out. */
    void free();
}
