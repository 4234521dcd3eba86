package dev.rill.trickle.channel;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.unpadded.MpmcVarHandleUnpaddedArrayQueue;

/**
 * Pages of power-of-two lengths from {@link #MIN_LENGTH} to {@link #MAX_LENGTH}. Idle ones are kept for their next use,
 * a bounded number; what has lain idle from one {@link #decay} to the next goes back to the allocator. Any thread, no
 * lock.
 */
final class PagePool {
    /** Smallest page, in bytes. */
    static final int MIN_LENGTH = 512;

    /** Largest page, in bytes. */
    static final int MAX_LENGTH = 64 << 10;

    private static final int IDLE_LARGEST = 1024;
    private static final int IDLE_SMALLER = 64;

    private final ByteBufAllocator allocator;
    private final long maxIdleBytes;
    private final AtomicLong idleBytes = new AtomicLong();
    private final List<MessagePassingQueue<Page>> idle = new ArrayList<>();
    private volatile long lowestIdleBytes;
    private volatile boolean closed;

    PagePool(final ByteBufAllocator allocator, final long maxIdleBytes) {
        this.allocator = allocator;
        this.maxIdleBytes = maxIdleBytes;
        final int classes = classOf(MAX_LENGTH) + 1;
        for (int i = 0; i < classes; i++) {
            idle.add(new MpmcVarHandleUnpaddedArrayQueue<>(i == classes - 1 ? IDLE_LARGEST : IDLE_SMALLER));
        }
    }

    /** Length of the page that serves {@code wanted} bytes at {@code base}: pages grow with their segment. */
    static int lengthFor(final long base, final long wanted) {
        final long goal = Math.max(wanted, Math.min(base, MAX_LENGTH));
        return goal <= MIN_LENGTH ? MIN_LENGTH
            : goal >= MAX_LENGTH ? MAX_LENGTH : Integer.highestOneBit((int) goal - 1) << 1;
    }

    /** An empty page, idle until now or new. */
    Page take(final int length) {
        final Page used = idle.get(classOf(length)).poll();
        if (used == null) {
            return new Page(allocator.directBuffer(length, length));
        }
        idleBytes.addAndGet(-length);
        lowestIdleBytes = Math.min(lowestIdleBytes, idleBytes.get());
        return used;
    }

    /** Takes a page back that nobody writes or reads any more; slices of it may still be on their way to sockets. */
    void giveBack(final Page page) {
        page.filled = 0;
        page.next = null;
        final int length = page.pinnedBytes;
        final boolean kept = page.buffer.refCnt() == 1 && idleBytes.get() + length <= maxIdleBytes
            && idle.get(classOf(length)).offer(page);
        if (kept) {
            idleBytes.addAndGet(length);
        } else {
            page.buffer.release();
        }
        if (closed) {
            drop();
        }
    }

    /** Gives back what nobody has needed since the last time. */
    void decay() {
        final long goal = idleBytes.get() - lowestIdleBytes;
        boolean dropped = true;
        while (dropped && idleBytes.get() > goal) {
            dropped = drop();
        }
        lowestIdleBytes = idleBytes.get();
    }

    /** Bytes of idle pages. */
    long idleBytes() {
        return idleBytes.get();
    }

    /** Gives one idle page back to the allocator, a large one by preference; false if there is none. */
    boolean drop() {
        for (int i = idle.size() - 1; i >= 0; i--) {
            final Page page = idle.get(i).poll();
            if (page != null) {
                idleBytes.addAndGet(-page.pinnedBytes);
                page.buffer.release();
                return true;
            }
        }
        return false;
    }

    /** From now on nothing is kept. */
    void close() {
        closed = true;
        boolean dropped = true;
        while (dropped) {
            dropped = drop();
        }
    }

    private static int classOf(final int length) {
        return Integer.numberOfTrailingZeros(length) - Integer.numberOfTrailingZeros(MIN_LENGTH);
    }
}
