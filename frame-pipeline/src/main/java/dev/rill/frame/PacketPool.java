package dev.rill.frame;

import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Recycles {@link Packet}s, so that steady state allocates none. Any thread may acquire and release.
 * <p>
 * Keeps at most {@value #RETAINED} idle packets; a packet grown beyond {@value #RETAINED_CAPACITY} bytes is not kept.
 */
public final class PacketPool {
    static final int RETAINED = 128;
    static final int RETAINED_CAPACITY = 1 << 20;
    private static final int INITIAL_CAPACITY = 8 * 1024 - Packet.PADDING;

    private final MpmcVarHandleArrayQueue<Packet> idle = new MpmcVarHandleArrayQueue<>(RETAINED);
    private final AtomicInteger outstanding = new AtomicInteger();

    /**
     * Takes an empty packet; the caller owns it.
     *
     * @return a packet of length 0.
     */
    public Packet acquire() {
        outstanding.incrementAndGet();
        final Packet recycled = idle.poll();
        final Packet packet = recycled == null ? new Packet(this, INITIAL_CAPACITY) : recycled;
        packet.reuse();
        return packet;
    }

    /** Number of packets acquired and not yet released; 0 after a clean close. */
    public int outstanding() {
        return outstanding.get();
    }

    void recycle(final Packet packet) {
        outstanding.decrementAndGet();
        if (packet.capacity() <= RETAINED_CAPACITY) {
            idle.offer(packet);
        }
    }
}
