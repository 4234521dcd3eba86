package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Where blocks come from and where they return: pooled off-heap memory, every block of it counted.
 * <p>
 * A receive buffer is adopted as it is unless it would pin more than {@link #MAX_PINNED_RATIO} times its payload; then
 * the payload is copied once into a page of ours, and the ledger shows that copy. Any thread.
 */
public final class BlockSource {
    /** A buffer that pins more than this many times its payload is not adopted. */
    public static final int MAX_PINNED_RATIO = 4;

    /** Largest page of ours, in bytes. */
    public static final int MAX_PAGE_LENGTH = 64 << 10;

    /** Smallest page of ours, in bytes. */
    public static final int MIN_PAGE_LENGTH = 512;

    private final ByteBufAllocator allocator;
    private final ChannelCounters counters;

    /**
     * @param allocator pooled, direct by preference.
     * @param counters  gauges and ledger.
     */
    public BlockSource(final ByteBufAllocator allocator, final ChannelCounters counters) {
        this.allocator = allocator;
        this.counters = counters;
    }

    /** Allocator of pages; carriages use it for their sockets too. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    boolean isWorthAdopting(final ByteBuf payload) {
        return payload.isDirect() && pinnedBytes(payload) <= (long) MAX_PINNED_RATIO * payload.readableBytes();
    }

    /** Takes over the caller's reference of {@code payload}. */
    Block adopt(final ByteBuf payload, final long base) {
        return counted(new Block(payload, payload.readerIndex(), base, pinnedBytes(payload), false));
    }

    /** A page with room for as much of {@code wanted} as a page may hold, growing with the segment. */
    Block page(final long base, final int wanted) {
        final long goal = Math.max(wanted, Math.min(base, MAX_PAGE_LENGTH));
        final int length = (int) Math.min(MAX_PAGE_LENGTH, Math.max(MIN_PAGE_LENGTH, roundUp(goal)));
        final ByteBuf buffer = allocator.directBuffer(length, length);
        return counted(new Block(buffer, 0, base, length, true));
    }

    void taken(final int length) {
        counters.add(Counter.BYTES_OUT, length);
    }

    void free(final Block block) {
        counters.add(Counter.BLOCKS_IN_USE, -1);
        counters.add(Counter.BYTES_PINNED, -block.pinnedBytes);
        block.buffer.release();
    }

    private Block counted(final Block block) {
        counters.increment(Counter.BLOCKS_IN_USE);
        counters.add(Counter.BYTES_PINNED, block.pinnedBytes);
        return block;
    }

    private static long roundUp(final long length) {
        return length <= 1 ? 1 : Long.highestOneBit(length - 1) << 1;
    }

    private static int pinnedBytes(final ByteBuf payload) {
        ByteBuf root = payload;
        while (root.unwrap() != null) {
            root = root.unwrap();
        }
        return root.capacity();
    }
}
