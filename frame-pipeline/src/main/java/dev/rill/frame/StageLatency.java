package dev.rill.frame;

/**
 * Distribution of one {@link Stage} over the frames published so far, in nanoseconds, within 1 %. All 0 while
 * {@code count} is 0.
 *
 * @param count  number of frames.
 * @param meanNs arithmetic mean.
 * @param p50Ns  median.
 * @param p90Ns  90th percentile.
 * @param p99Ns  99th percentile.
 * @param maxNs  largest.
 */
public record StageLatency(long count, double meanNs, long p50Ns, long p90Ns, long p99Ns, long maxNs) {
}
