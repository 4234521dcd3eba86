package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import org.bytedeco.ffmpeg.avcodec.AVPacket;

/**
 * Repairs the times of one stream within a {@link SourceTimeline}: missing ones are filled in, and a decoding time that
 * does not advance is set one tick behind the one before.
 */
final class TrackClock {
    private final long defaultDuration;
    private long pts;
    private long dts;
    private long next;
    private boolean started;
    private long repairs;

    /** @param defaultDuration of a unit that tells none, in 90 kHz ticks. */
    TrackClock(final long defaultDuration) {
        this.defaultDuration = defaultDuration;
    }

    /** Works out the times of the next unit. */
    void advance(final AVPacket unit) {
        final long duration = unit.duration() > 0 ? unit.duration() : defaultDuration;
        advance(unit.pts(), unit.dts(), duration);
    }

    private void advance(final long statedPts, final long statedDts, final long duration) {
        final long guess = statedPts != AV_NOPTS_VALUE && !started ? statedPts : next;
        final long wanted = statedDts != AV_NOPTS_VALUE ? statedDts : guess;
        final boolean stands = started && wanted <= dts;
        repairs += stands ? 1 : 0;
        dts = stands ? dts + 1 : wanted;
        pts = statedPts != AV_NOPTS_VALUE ? Math.max(statedPts, dts) : dts;
        next = dts + duration;
        started = true;
    }

    long pts() {
        return pts;
    }

    long dts() {
        return dts;
    }

    /** Number of units whose decoding time did not advance. */
    long repairs() {
        return repairs;
    }
}
