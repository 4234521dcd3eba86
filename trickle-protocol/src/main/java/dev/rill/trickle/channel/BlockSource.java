package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.unpadded.MpmcVarHandleUnpaddedArrayQueue;

/**
 * Where blocks come from and where they return: pooled off-heap memory of one engine, bounded, every block of it
 * counted by the capacity that it pins.
 * <p>
 * A receive buffer is adopted as it is unless it would pin more than {@link #MAX_PINNED_RATIO} times its payload; then
 * the payload is copied once into a page of ours, and the ledger shows that copy. Memory is {@linkplain #tryReserve
 * reserved} before a block is taken; who finds no room left asks the engine to make some. Any thread.
 */
public final class BlockSource implements AutoCloseable {
    /** A buffer that pins more than this many times its payload is not adopted. */
    public static final int MAX_PINNED_RATIO = 4;

    private static final int IDLE_SHELLS = 1024;
    /** Room is made when less than this part of the pool is left. */
    private static final int TIGHT_PART = 16;
    /** Idle pages take no more than this part of the pool. */
    private static final int MAX_IDLE_PART = 4;

    private final ByteBufAllocator allocator;
    private final ChannelCounters counters;
    private final long maxPinnedBytes;
    private final AtomicLong pinned = new AtomicLong();
    private final PagePool pages;
    private final MessagePassingQueue<Block> shells = new MpmcVarHandleUnpaddedArrayQueue<>(IDLE_SHELLS);

    /**
     * @param allocator      pooled, direct by preference.
     * @param counters       gauges and ledger.
     * @param maxPinnedBytes most bytes that blocks may pin; 0 for half of the direct memory of this JVM.
     */
    public BlockSource(final ByteBufAllocator allocator, final ChannelCounters counters, final long maxPinnedBytes) {
        this.allocator = allocator;
        this.counters = counters;
        this.maxPinnedBytes = maxPinnedBytes == 0 ? PlatformDependent.maxDirectMemory() / 2 : maxPinnedBytes;
        this.pages = new PagePool(allocator, this.maxPinnedBytes / MAX_IDLE_PART);
    }

    /** Allocator of pages; carriages use it for their sockets too. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** Most bytes that blocks may pin. */
    public long maxPinnedBytes() {
        return maxPinnedBytes;
    }

    // Room.

    /** Takes {@code bytes} out of what may still be pinned; false if that is too little. */
    boolean tryReserve(final long bytes) {
        long before = pinned.get();
        while (before + bytes <= maxPinnedBytes) {
            if (pinned.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = pinned.get();
        }
        return false;
    }

    /** Takes {@code bytes} although there may be no room: for memory that exists already. */
    void reserve(final long bytes) {
        pinned.addAndGet(bytes);
    }

    /** True if nothing may be pinned any more. */
    boolean isFull() {
        return pinned.get() >= maxPinnedBytes;
    }

    /** True if room should be made before {@code bytes} are reserved. */
    boolean isTight(final long bytes) {
        return pinned.get() + bytes > maxPinnedBytes - maxPinnedBytes / TIGHT_PART;
    }

    // Blocks; their memory has been reserved.

    static boolean isWorthAdopting(final ByteBuf payload) {
        return payload.isDirect() && payload.nioBufferCount() == 1
            && pinnedBytes(payload) <= (long) MAX_PINNED_RATIO * payload.readableBytes();
    }

    /** Takes over the caller's reference of {@code payload}. */
    Block adopt(final ByteBuf payload, final long base) {
        final Block idle = shells.poll();
        final Block block = idle == null ? new Block() : idle;
        block.buffer = payload;
        block.offset = payload.readerIndex();
        block.base = base;
        block.pinnedBytes = pinnedBytes(payload);
        return counted(block);
    }

    /** An empty page of this length; an idle one by preference. */
    Page page(final int length, final long base) {
        while (pinned.get() + pages.idleBytes() > maxPinnedBytes + length && pages.drop()) {
            // What is idle makes room for what is used.
        }
        final Page page = pages.take(length);
        page.base = base;
        counted(page);
        return page;
    }

    void taken(final int length) {
        counters.add(Counter.BYTES_OUT, length);
    }

    void free(final Block block) {
        counters.add(Counter.BLOCKS_IN_USE, -1);
        counters.add(Counter.BYTES_PINNED, -block.pinnedBytes);
        pinned.addAndGet(-block.pinnedBytes);
        if (block instanceof Page page) {
            pages.giveBack(page);
        } else {
            block.buffer.release();
            block.buffer = null;
            block.next = null;
            shells.offer(block);
        }
    }

    /** Gives memory back that has lain idle since the last call. */
    void decay() {
        pages.decay();
    }

    /** Gives idle memory back; blocks in use return when they are freed. Idempotent. */
    @Override
    public void close() {
        pages.close();
    }

    private Block counted(final Block block) {
        counters.increment(Counter.BLOCKS_IN_USE);
        counters.add(Counter.BYTES_PINNED, block.pinnedBytes);
        return block;
    }

    static int pinnedBytes(final ByteBuf payload) {
        ByteBuf root = payload;
        while (root.unwrap() != null) {
            root = root.unwrap();
        }
        return root.capacity();
    }
}
