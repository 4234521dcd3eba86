package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * One piece of a segment's payload: an adopted receive buffer, or a {@link Page} of ours that the writer still fills.
 * <pre>
 *   payload of the segment   0 ........ base ............ base + length ...
 *   buffer                       offset ............ offset + length      (bytes are never moved)
 * </pre>
 * The chain is built by the one writer of the segment; a reader follows {@link #next} only for bytes below the
 * published length that it has loaded with acquire, so the plain fields are visible to it. Blocks are used again once
 * their segment is gone.
 */
class Block {
    ByteBuf buffer;
    int offset;
    long base;
    int pinnedBytes;
    Block next;

    /** End of this block's bytes in the segment, given what is published. */
    final long end(final long publishedLength) {
        final Block successor = next;
        return successor == null ? publishedLength : Math.min(publishedLength, successor.base);
    }

    /**
     * A read-only view for one reader, whose index {@code i} is byte {@code base + i} of the segment. A view of an
     * adopted buffer is made for the purpose; those of a page are used again.
     */
    ByteBuffer lease() {
        return buffer.nioBuffer(offset, buffer.writerIndex() - offset).asReadOnlyBuffer();
    }

    /** The reader has done with its view. */
    void giveBack(final ByteBuffer view) {
    }
}
