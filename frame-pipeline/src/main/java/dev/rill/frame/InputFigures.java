package dev.rill.frame;

/**
 * What a first stage has taken in, as {@link PipelineStats} names it.
 *
 * @param framesIn         video units of which any trace arrived, or pictures of a medium.
 * @param audioPacketsIn   intact audio units.
 * @param audioPacketsLost damaged audio units.
 * @param bytesIn          bytes.
 * @param continuityErrors places where transport packets are missing.
 * @param demuxedBytes     bytes copied by demuxing.
 */
record InputFigures(
    long framesIn, long audioPacketsIn, long audioPacketsLost, long bytesIn, long continuityErrors, long demuxedBytes) {
}
