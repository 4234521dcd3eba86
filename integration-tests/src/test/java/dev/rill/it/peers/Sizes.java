package dev.rill.it.peers;

import java.util.Random;

/** Lengths of segments, 0 B to 3 MB: the edges first, then random ones of every magnitude. */
final class Sizes {
    static final int LARGEST = 3_000_000;

    private static final long[] EDGES = {1, 0, LARGEST, 32 << 10, (32 << 10) + 1};

    private final Random random;
    private int next;

    Sizes(final long seed) {
        random = new Random(seed);
    }

    long next() {
        final int i = next++;
        if (i < EDGES.length) {
            return EDGES[i];
        }
        final int magnitude = i % 2 == 0 ? LARGEST : 1 << random.nextInt(21);
        return random.nextInt(magnitude + 1);
    }
}
