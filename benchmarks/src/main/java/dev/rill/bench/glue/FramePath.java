package dev.rill.bench.glue;

import dev.rill.frame.Packet;

/** A way from packets of H.264 to packets of H.264, one frame at a time, on the calling thread. */
interface FramePath extends AutoCloseable {
    /** Takes one access unit; what became ready is encoded and thrown away. Returns the bytes encoded. */
    long carry(Packet unit);

    @Override
    void close();
}
