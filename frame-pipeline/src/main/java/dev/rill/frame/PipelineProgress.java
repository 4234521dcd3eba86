package dev.rill.frame;

/**
 * The few counters that tell whether a pipeline lives; cheap to read often, unlike {@link PipelineStats}, whose names
 * mean the same.
 *
 * @param framesIn        video access units of which any trace arrived.
 * @param framesOut       frames published.
 * @param audioPacketsIn  intact audio units that arrived.
 * @param audioPacketsOut audio units published.
 * @param segmentsRead    input segments that have ended.
 * @param bytesOut        transport stream bytes published.
 */
public record PipelineProgress(
    long framesIn, long framesOut, long audioPacketsIn, long audioPacketsOut, long segmentsRead, long bytesOut) {
}
