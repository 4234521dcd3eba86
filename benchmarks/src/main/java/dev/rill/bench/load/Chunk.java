package dev.rill.bench.load;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A chunk, whose content follows from its number, so that every byte can be verified.
 * <pre>
 *    0        8               16
 *   +--------+---------------+------------------------------+
 *   | number | intended time | pattern, shifted by number   |
 *   +--------+---------------+------------------------------+
 * </pre>
 * Big-endian; the intended time is monotonic nanoseconds of the generator's process.
 */
final class Chunk {
    static final int HEADER_BYTES = 16;
    static final int MAX_BYTES = 1 << 20;
    private static final int SHIFTS = 4096;
    private static final long SEED = 20_260_101L;

    private final ByteBuffer pattern;
    private final ByteBuffer chunk;

    /** Chunks of one length. One thread. */
    Chunk(final int length) {
        final byte[] bytes = new byte[SHIFTS + length];
        new Random(SEED).nextBytes(bytes);
        pattern = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        chunk = ByteBuffer.allocateDirect(length);
    }

    int length() {
        return chunk.capacity();
    }

    /** The chunk with a number; valid until the next call. */
    ByteBuffer encode(final long number, final long intendedNs) {
        chunk.clear().putLong(number).putLong(intendedNs);
        return chunk.put(pattern(number, 0, chunk.remaining())).flip();
    }

    /** Whether bytes are those of a chunk from an offset behind its header on. */
    boolean matches(final long number, final int offset, final ByteBuffer bytes) {
        return pattern(number, offset, bytes.remaining()).mismatch(bytes) < 0;
    }

    private ByteBuffer pattern(final long number, final int offset, final int length) {
        return pattern.slice((int) (number % SHIFTS) + offset, length);
    }
}
