package dev.rill.jobs.gateway;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Books every frame that left for the session and finds it again by its presentation time when its output comes back.
 * <p>
 * One thread calls {@link #onPublished}, another {@link #onReturned}; reading is free for all.
 */
public final class FrameLedger {
    private static final long HIGHEST_LATENCY_US = 600_000_000L;

    private final Map<Long, Long> publishedNsByPts = new ConcurrentHashMap<>();
    private final ConcurrentHistogram latencyUs = new ConcurrentHistogram(HIGHEST_LATENCY_US, 3);
    private volatile long framesIn;
    private volatile long framesOut;
    private volatile long unmatched;
    private volatile long highestReturnedPts = Long.MIN_VALUE;
    private volatile long firstReturnNs;
    private volatile long lastReturnNs;

    /**
     * A frame left.
     *
     * @param pts         90 kHz ticks; one frame per value.
     * @param publishedNs monotonic time at which the frame existed.
     */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // Single writer.
    public void onPublished(final long pts, final long publishedNs) {
        if (publishedNsByPts.put(pts, publishedNs) == null) {
            framesIn++;
        }
    }

    /**
     * A frame came back.
     *
     * @param pts   90 kHz ticks.
     * @param nowNs monotonic time at which its last byte was here.
     */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // Single writer.
    public void onReturned(final long pts, final long nowNs) {
        final Long publishedNs = publishedNsByPts.remove(pts);
        if (publishedNs == null) {
            unmatched++;
            return;
        }
        latencyUs.recordValue(Math.min(HIGHEST_LATENCY_US, Math.max(0L, (nowNs - publishedNs) / 1_000L)));
        if (framesOut == 0) {
            firstReturnNs = nowNs;
        }
        lastReturnNs = nowNs;
        highestReturnedPts = Math.max(highestReturnedPts, pts);
        framesOut++;
    }

    /** Frames that left. */
    public long framesIn() {
        return framesIn;
    }

    /** Frames that came back. */
    public long framesOut() {
        return framesOut;
    }

    /** Frames that came back without having left, or twice: a fault of the peer. */
    public long unmatched() {
        return unmatched;
    }

    /** Frames that left and have not come back. */
    public int outstanding() {
        return publishedNsByPts.size();
    }

    /** Highest presentation time that came back, or {@link Long#MIN_VALUE}. */
    public long highestReturnedPts() {
        return highestReturnedPts;
    }

    /** Monotonic time of the first return; 0 before it. */
    public long firstReturnNs() {
        return firstReturnNs;
    }

    /** Frames per second between the first and the last return; 0 with fewer than two. */
    public double returnedFps() {
        final long spanNs = lastReturnNs - firstReturnNs;
        return framesOut < 2 || spanNs <= 0 ? 0 : (framesOut - 1) * 1e9 / spanNs;
    }

    /** From the frame's existence at the gateway to its output's last byte at the gateway, in microseconds. */
    public Histogram latencyUs() {
        return latencyUs.copy();
    }
}
