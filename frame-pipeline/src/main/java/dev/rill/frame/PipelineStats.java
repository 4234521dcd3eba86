package dev.rill.frame;

import java.util.Map;

/**
 * A snapshot of one pipeline's counters.
 * <pre>
 *   framesIn == framesOut + sum(dropped) + inFlight
 * </pre>
 * holds exactly while no stage is at work: between two calls of {@link FramePipeline#invoke()}, and once the pipeline
 * has ended, with {@code inFlight == 0}. While stages run, counters are read one after the other and may differ by the
 * few frames that moved meanwhile.
 *
 * @param framesIn          video access units of which any trace arrived.
 * @param framesDecoded     pictures that came out of the decoder.
 * @param framesOut         frames published.
 * @param dropped           access units dropped, by reason; every reason is present.
 * @param inFlight          access units inside the pipeline.
 * @param audioPacketsIn    intact audio units that arrived.
 * @param audioPacketsOut   audio units published, as many as came in unless they are processed; never dropped while the
 *                          pipeline runs.
 * @param audioDamaged      audio units dropped because they were damaged on arrival, or could not be decoded.
 * @param audioRepairs      blocks of processed sound in front of which some was missing and silence was put, or that
 *                          came a second time and were left out.
 * @param bytesIn           transport stream bytes received.
 * @param bytesOut          transport stream bytes published.
 * @param segmentsIn        input segments that have begun.
 * @param segmentsLost      input segments that the carriage skipped.
 * @param segmentsOut       output segments that have begun.
 * @param continuityErrors  jumps of continuity counters in the input.
 * @param width             width of the latest picture decoded, 0 before the first.
 * @param height            its height.
 * @param parameterVersion  version that the latest submitted frame used, -1 before the first.
 * @param decoder           name of the decoder, empty while none is open.
 * @param encoder           name of the encoder, empty while none is open.
 * @param latencies         times of the published frames; every stage is present.
 * @param ledger            copies made.
 */
public record PipelineStats(
    long framesIn,
    long framesDecoded,
    long framesOut,
    Map<DropReason, Long> dropped,
    long inFlight,
    long audioPacketsIn,
    long audioPacketsOut,
    long audioDamaged,
    long audioRepairs,
    long bytesIn,
    long bytesOut,
    long segmentsIn,
    long segmentsLost,
    long segmentsOut,
    long continuityErrors,
    int width,
    int height,
    long parameterVersion,
    String decoder,
    String encoder,
    Map<Stage, StageLatency> latencies,
    CopyLedger ledger) {

    /** Access units dropped for any reason. */
    public long droppedTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Access units dropped for {@code reason}. */
    public long dropped(final DropReason reason) {
        return dropped.getOrDefault(reason, 0L);
    }
}
