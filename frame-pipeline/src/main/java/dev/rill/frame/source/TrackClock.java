package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Repairs the times of one stream: missing ones are filled in, decoding times always advance. */
final class TrackClock {
    private final long defaultDuration;
    private long pts;
    private long dts;
    private long next;
    private boolean started;

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
        dts = started && wanted <= dts ? dts + 1 : wanted;
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
}
