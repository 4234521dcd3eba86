package dev.rill.frame.ts;

import java.nio.ByteBuffer;

/** Takes bytes in order. */
@FunctionalInterface
public interface ByteSink {
    /**
     * @param bytes from position to limit, borrowed: valid until this method returns.
     */
    void accept(ByteBuffer bytes);
}
