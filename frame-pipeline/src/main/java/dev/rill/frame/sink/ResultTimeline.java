package dev.rill.frame.sink;

/**
 * Keeps the times of a result running where they jump back by more than {@value #MAX_BACK_TICKS} ticks, as they do when
 * its producer starts anew. Then one more constant is added to the times of both streams, such that the one that jumped
 * first goes on at the end of both.
 * <p>
 * Streams need not jump at the same unit: each keeps its old constant until its times fit the new one better.
 * <p>
 * All times in 90 kHz ticks. Single-threaded.
 */
final class ResultTimeline {
    static final int MAX_BACK_TICKS = 90_000;

    /** One stream of the result. */
    final class Line {
        private boolean started;
        private int lineEpoch;
        private long lineOffset;
        private long end = Long.MIN_VALUE;

        /**
         * Places one unit.
         *
         * @param time          decoding time as the unit states it.
         * @param durationTicks of the unit; 0 if unknown.
         * @return what its times must be moved by.
         */
        long shift(final long time, final long durationTicks) {
            if (!started) {
                started = true;
                follow();
            } else if (lineEpoch != epoch && distance(time, offset) < distance(time, lineOffset)) {
                follow();
            } else if (time + lineOffset - end < -MAX_BACK_TICKS) {
                epoch++;
                offset = Math.max(video.end, audio.end) - time;
                follow();
            }
            end = Math.max(end, time + lineOffset + durationTicks);
            return lineOffset;
        }

        private long distance(final long time, final long candidate) {
            return Math.abs(time + candidate - end);
        }

        private void follow() {
            lineEpoch = epoch;
            lineOffset = offset;
        }
    }

    private final Line video = new Line();
    private final Line audio = new Line();
    private long offset;
    private int epoch;

    Line video() {
        return video;
    }

    Line audio() {
        return audio;
    }
}
