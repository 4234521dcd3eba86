package dev.rill.bench.load;

/**
 * What is sent and how fast.
 *
 * @param subscribers      readers of the one channel.
 * @param chunkBytes       length of a chunk, at least {@link Chunk#HEADER_BYTES}.
 * @param rate             chunks per second.
 * @param warmupSeconds    seconds that are sent and not measured.
 * @param seconds          seconds that are measured.
 * @param chunksPerSegment chunks of a segment.
 */
record LoadPlan(
    int subscribers, int chunkBytes, int rate, int warmupSeconds, int seconds, int chunksPerSegment) {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Chunks that are sent before measuring begins. */
    long warmupChunks() {
        return (long) rate * warmupSeconds;
    }

    /** Chunks that are measured. */
    long measuredChunks() {
        return (long) rate * seconds;
    }

    /** Chunks handed to subscribers while measuring. */
    long deliveries() {
        return measuredChunks() * subscribers;
    }

    /** When a chunk is to be sent, from the start of its schedule on. */
    long intendedNs(final long index) {
        return index * NANOS_PER_SECOND / rate;
    }
}
