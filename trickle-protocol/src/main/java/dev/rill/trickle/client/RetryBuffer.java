package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The chunks of one segment on their way to the peer, kept so that they can be sent again (I-45). Holds a reference to
 * each; once they are more than the limit, it keeps none of them. Event loop only.
 */
final class RetryBuffer {
    private final int maxBytes;
    private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>();
    private int bytes;
    private boolean whole = true;

    RetryBuffer(final int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Keeps another chunk; the caller keeps its own reference. */
    void keep(final ByteBuf chunk) {
        if (whole && chunk.readableBytes() <= maxBytes - bytes) {
            bytes += chunk.readableBytes();
            chunks.addLast(chunk.retainedDuplicate());
        } else {
            whole = false;
            release();
        }
    }

    /** Whether everything that was to be kept is here. */
    boolean isWhole() {
        return whole;
    }

    /**
     * Hands everything over, references included.
     *
     * @return bytes handed over.
     */
    int drainTo(final Queue<ByteBuf> target) {
        final int drained = bytes;
        target.addAll(chunks);
        chunks.clear();
        bytes = 0;
        return drained;
    }

    /** Lets go of what is kept. */
    void release() {
        for (ByteBuf chunk = chunks.pollFirst(); chunk != null; chunk = chunks.pollFirst()) {
            chunk.release();
        }
        bytes = 0;
    }
}
