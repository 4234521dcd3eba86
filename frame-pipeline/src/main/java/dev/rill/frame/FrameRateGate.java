package dev.rill.frame;

/**
 * Lets so many frames pass in a second of presentation time, never more than come. A frame may be early for its place
 * by an eighth of the distance, 10 ms at most; where time jumps by more than a second, the gate follows.
 * Single-threaded.
 */
public final class FrameRateGate {
    private static final int TICKS_PER_SECOND = 90_000;
    private static final int JITTER_SHARE = 8;
    private static final int MAX_JITTER_TICKS = 900;

    private final int fps;
    private boolean begun;
    private long originPts;
    private long passed;

    /**
     * A gate that no frame has reached yet.
     *
     * @param fps frames per second; 0 lets all pass.
     */
    public FrameRateGate(final int fps) {
        this.fps = fps;
    }

    /**
     * Whether this frame is one of those that pass; ask once for each, in the order of output.
     *
     * @param pts in 90 kHz ticks.
     * @return false if it is to be left out.
     */
    public boolean passes(final long pts) {
        if (fps == 0) {
            return true;
        }
        final long due = originPts + passed * TICKS_PER_SECOND / fps;
        if (!begun || Math.abs(pts - due) > TICKS_PER_SECOND + TICKS_PER_SECOND / fps) {
            begun = true;
            originPts = pts;
            passed = 1;
            return true;
        }
        if (pts < due - Math.min(MAX_JITTER_TICKS, TICKS_PER_SECOND / fps / JITTER_SHARE)) {
            return false;
        }
        passed = Math.max(passed + 1, (pts - originPts) * fps / TICKS_PER_SECOND);
        return true;
    }
}
