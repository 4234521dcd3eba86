package dev.rill.frame.codec;

import dev.rill.frame.audio.Sound;

/**
 * Where decoded sound belongs in time. Time runs with the samples; where the stream says otherwise by more than
 * {@value #TOLERANCE_TICKS} ticks (15 ms), samples are inserted or left out, and where it says otherwise by more than
 * {@value #MAX_REPAIR_TICKS} ticks (1 s), time begins anew. Single-threaded.
 */
final class SoundTimeline {
    /** How far sound may be off before that is repaired, in 90 kHz ticks. */
    static final int TOLERANCE_TICKS = 1_350;

    /** Longest stretch that is filled or left out, in 90 kHz ticks. */
    static final int MAX_REPAIR_TICKS = 90_000;

    /** Answer of {@link #correction}: the stream jumps, time begins anew. */
    static final int JUMP = Integer.MIN_VALUE;

    private static final int TICKS_PER_SECOND = 90_000;

    private boolean started;
    private long basePts;
    private long samplesIn;
    private long samplesOut;

    /**
     * How to place the next block.
     *
     * @param pts that the stream states for its first sample.
     * @return samples to insert in front of it; or, negative, how many to leave out; or {@link #JUMP}.
     */
    int correction(final long pts) {
        if (!started) {
            started = true;
            basePts = pts - ticks(samplesIn);
            return 0;
        }
        final long off = pts - nextIn();
        if (Math.abs(off) <= TOLERANCE_TICKS) {
            return 0;
        }
        return Math.abs(off) > MAX_REPAIR_TICKS ? JUMP : (int) (off * Sound.SAMPLE_RATE / TICKS_PER_SECOND);
    }

    /** Time begins anew; all samples in front of it are out. */
    void restart(final long pts) {
        basePts = pts;
        samplesIn = 0;
        samplesOut = 0;
    }

    void onIn(final int samples) {
        samplesIn += samples;
    }

    void onOut(final int samples) {
        samplesOut += samples;
    }

    /** Time of the next sample that comes in, in 90 kHz ticks. */
    long nextIn() {
        return basePts + ticks(samplesIn);
    }

    /** Time of the next sample that goes out, in 90 kHz ticks. */
    long nextOut() {
        return basePts + ticks(samplesOut);
    }

    private static long ticks(final long samples) {
        return samples * TICKS_PER_SECOND / Sound.SAMPLE_RATE;
    }
}
