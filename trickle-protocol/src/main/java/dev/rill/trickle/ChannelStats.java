package dev.rill.trickle;

/**
 * What one channel has measured since it was created: a snapshot, not atomic across values.
 *
 * @param name              decoded.
 * @param contentType       what readers are told; empty while nobody has named one.
 * @param nextSequence      number that the next new segment is expected to have.
 * @param oldestSequence    lowest remembered number that has a byte or an end; -1 if there is none.
 * @param readers           reads in progress, parked ones included.
 * @param parkedReaders     reads that wait for a segment to begin.
 * @param readersBehind     reads of a segment that is older than the newest one.
 * @param bytesIn           payload bytes stored.
 * @param bytesOut          payload bytes handed to readers, each reader counted.
 * @param segmentsBegun     segments that got a byte.
 * @param segmentsCompleted segments ended by their writer.
 * @param segmentsAborted   segments closed without their end.
 * @param readsOutOfWindow  reads answered 470 or its in-process counterpart.
 * @param readsReleased     parked reads that ended without a byte.
 * @param firstByteDelay    from the first byte of a segment in to its first byte out, for each reader that was parked.
 *     In is when it is stored, out is when it is handed to the reader's socket or, in process, to its handler.
 */
public record ChannelStats(
    String name,
    String contentType,
    long nextSequence,
    long oldestSequence,
    int readers,
    int parkedReaders,
    int readersBehind,
    long bytesIn,
    long bytesOut,
    long segmentsBegun,
    long segmentsCompleted,
    long segmentsAborted,
    long readsOutOfWindow,
    long readsReleased,
    Delays firstByteDelay) {

    /**
     * A distribution of times. Percentiles are the upper bounds of their buckets, at most an eighth too high.
     *
     * @param count how many were measured.
     * @param p50Ns half took no longer, in nanoseconds; 0 if none was measured.
     * @param p90Ns 90 % took no longer.
     * @param p99Ns 99 % took no longer.
     * @param maxNs none took longer.
     */
    public record Delays(long count, long p50Ns, long p90Ns, long p99Ns, long maxNs) {
    }
}
