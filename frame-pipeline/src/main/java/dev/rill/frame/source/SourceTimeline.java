package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import org.bytedeco.ffmpeg.avcodec.AVPacket;

/**
 * Keeps the time of a source running where that of its medium jumps: back by more than {@value #MAX_BACK_TICKS} ticks,
 * or ahead of all streams by more than {@value #MAX_AHEAD_TICKS}. Then one more constant is added to the times of all
 * streams, such that the one that jumped first goes on one frame after where it was, or at most
 * {@value #MAX_OVERLAP_TICKS} ticks before the end of the others.
 * <p>
 * Streams need not jump at the same unit: each keeps its old constant until its times fit the new one better. At that
 * moment it is joined to its own end without gap or overlap, as far as this moves it by at most
 * {@value #MAX_SKEW_TICKS} ticks against the others; the video decides what the others are measured against.
 * <p>
 * All times in 90 kHz ticks. Single-threaded.
 */
final class SourceTimeline {
    static final int MAX_BACK_TICKS = 90_000;
    static final int MAX_AHEAD_TICKS = 900_000;
    static final int MAX_OVERLAP_TICKS = 3_600;
    static final int MAX_SKEW_TICKS = 1_800;

    /** One stream of the source. */
    final class Line {
        private final boolean leads;
        private final long defaultDuration;
        private boolean started;
        private int epoch;
        private long offset;
        private long next;

        private Line(final boolean leads, final long defaultDuration) {
            this.leads = leads;
            this.defaultDuration = defaultDuration;
        }

        /** Moves the times of a unit, which are those of the medium, to this timeline. */
        void adjust(final AVPacket unit) {
            final long shift = offsetOf(this, unit.dts() != AV_NOPTS_VALUE ? unit.dts() : unit.pts());
            if (unit.pts() != AV_NOPTS_VALUE) {
                unit.pts(unit.pts() + shift);
            }
            final long time = unit.dts() != AV_NOPTS_VALUE ? unit.dts() + shift : unit.pts();
            if (unit.dts() != AV_NOPTS_VALUE) {
                unit.dts(time);
            }
            next = (time != AV_NOPTS_VALUE ? time : next) + (unit.duration() > 0 ? unit.duration() : defaultDuration);
        }
    }

    private final Line video;
    private final Line audio;
    private long offset;
    private int epoch;

    /**
     * @param firstOffset added to all times until the first jump.
     * @param frameTicks  duration of a picture that tells none.
     * @param soundTicks  duration of an audio unit that tells none.
     */
    SourceTimeline(final long firstOffset, final long frameTicks, final long soundTicks) {
        offset = firstOffset;
        video = new Line(true, frameTicks);
        audio = new Line(false, soundTicks);
    }

    Line video() {
        return video;
    }

    Line audio() {
        return audio;
    }

    /** Number of jumps that were closed. */
    int jumps() {
        return epoch;
    }

    private long offsetOf(final Line line, final long time) {
        if (!line.started || time == AV_NOPTS_VALUE) {
            line.epoch = line.started ? line.epoch : epoch;
            line.offset = line.started ? line.offset : offset;
            line.started |= time != AV_NOPTS_VALUE;
            return line.offset;
        }
        final long step = time + line.offset - line.next;
        if (line.epoch != epoch && Math.abs(time + offset - line.next) < Math.abs(step)) {
            join(line, time);
        } else if (step < -MAX_BACK_TICKS || time + line.offset - end() > MAX_AHEAD_TICKS) {
            epoch++;
            offset = Math.max(line.next, end() - MAX_OVERLAP_TICKS) - time;
            line.epoch = epoch;
            line.offset = offset;
        }
        if (line.epoch == epoch) {
            line.offset = Math.max(offset - MAX_SKEW_TICKS, Math.min(offset + MAX_SKEW_TICKS, line.offset));
        }
        return line.offset;
    }

    private void join(final Line line, final long time) {
        line.epoch = epoch;
        line.offset = line.next - time;
        if (line.leads && Math.abs(line.offset - offset) <= MAX_BACK_TICKS) {
            offset = line.offset;
        }
    }

    private long end() {
        return Math.max(video.started ? video.next : Long.MIN_VALUE, audio.started ? audio.next : Long.MIN_VALUE);
    }
}
