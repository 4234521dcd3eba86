package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;

/**
 * One piece of a segment's payload: an adopted receive buffer, or a page of our own that the writer still fills.
 * <pre>
 *   payload of the segment   0 ........ base ............ base + length ...
 *   buffer                       offset ............ offset + length      (bytes are never moved)
 * </pre>
 * The chain is built by the one writer of the segment; a reader follows {@link #next} only for bytes below the
 * published length that it has loaded with acquire, so the plain fields are visible to it.
 */
final class Block {
    final ByteBuf buffer;
    final int offset;
    final long base;
    final int pinnedBytes;
    final boolean page;
    Block next;

    Block(final ByteBuf buffer, final int offset, final long base, final int pinnedBytes, final boolean page) {
        this.buffer = buffer;
        this.offset = offset;
        this.base = base;
        this.pinnedBytes = pinnedBytes;
        this.page = page;
    }

    /** End of this block's bytes in the segment, given what is published. */
    long end(final long publishedLength) {
        final Block successor = next;
        return successor == null ? publishedLength : Math.min(publishedLength, successor.base);
    }
}
