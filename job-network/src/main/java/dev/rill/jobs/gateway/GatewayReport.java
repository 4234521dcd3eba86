package dev.rill.jobs.gateway;

import org.HdrHistogram.Histogram;

/**
 * What a gateway knows of its session.
 *
 * @param framesIn       video frames published.
 * @param framesOut      video frames that came back, each found by its presentation time.
 * @param unmatched      video frames that came back without having been published.
 * @param latencyUs      from the frame's existence at the gateway to its output's last byte at the gateway.
 * @param firstReturnNs  monotonic time of the first frame that came back, 0 if none did.
 * @param returnedFps    rate at which frames came back.
 * @param bytesPublished bytes of segments published.
 * @param bytesReturned  bytes of segments received.
 * @param segmentsPublished segments published.
 * @param segmentsReturned  segments received.
 * @param segmentsMissed segments of the result that were lost or arrived torn.
 * @param framesLost     video frames given up after so many later ones left.
 * @param eventsMalformed events of the engine that could not be read.
 * @param controlsRefused control documents refused because too many waited.
 * @param creditsWrittenOff times that publishing went on although the result had not come closer.
 * @param failure        why the session failed, one line; null if it did not.
 */
public record GatewayReport(
    long framesIn, long framesOut, long unmatched, Histogram latencyUs, long firstReturnNs, double returnedFps,
    long bytesPublished, long bytesReturned, long segmentsPublished, long segmentsReturned, long segmentsMissed,
    long framesLost, long eventsMalformed, long controlsRefused, long creditsWrittenOff, String failure) {

    static GatewayReport of(final SessionProgress progress, final FrameLedger ledger) {
        return new GatewayReport(
            ledger.framesIn(), ledger.framesOut(), ledger.unmatched(), ledger.latencyUs(), ledger.firstReturnNs(),
            ledger.returnedFps(), progress.bytesOut.get(), progress.bytesIn.get(), progress.segmentsOut.get(),
            progress.segmentsIn.get(), progress.segmentsMissed.get(), ledger.lost(),
            progress.malformedEvents.get(), progress.controlsRefused.get(), progress.creditsWrittenOff.get(),
            progress.failure());
    }
}
