package dev.rill.trickle.channel;

import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;

/** Blocks for tests that run millions of times: few pages, used again and again. */
final class Memory {
    static final BlockSource SOURCE =
        new BlockSource(new PooledByteBufAllocator(true), new ChannelCounters(), 0);

    private Memory() {
    }

    /** A segment that has begun. */
    static Segment begun() {
        final Segment segment = new Segment(0, SOURCE, null);
        segment.begin(0);
        return segment;
    }

    /** Appends {@code length} times {@code value}; false if it came too late. */
    static boolean append(final Segment segment, final int length, final int value) {
        final ByteBuffer payload = ByteBuffer.allocate(length);
        while (payload.hasRemaining()) {
            payload.put((byte) value);
        }
        final long pages = segment.pagesFor(length);
        SOURCE.reserve(pages);
        return segment.appendCopy(payload.flip(), pages);
    }

    /** Byte {@code index} of a segment, found as a reader finds it. */
    static byte byteAt(final Segment segment, final long index) {
        final long published = segment.length();
        Block block = segment.head();
        while (block.end(published) <= index) {
            block = block.next;
        }
        return block.buffer.getByte(block.offset + (int) (index - block.base));
    }
}
