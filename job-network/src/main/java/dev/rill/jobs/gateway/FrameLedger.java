package dev.rill.jobs.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Books every frame that left for the session and finds it again by its presentation time when its output comes back.
 * The wire carries 33 bits of a time, so these are what frames are found by. A frame that has not come back while
 * {@value #MAX_BOOKED} later ones left is lost.
 * <p>
 * One thread calls {@link #onPublished}, another {@link #onReturned}; reading is free for all.
 */
public final class FrameLedger {
    static final int MAX_BOOKED = 1 << 15;

    private static final long HIGHEST_LATENCY_US = 600_000_000L;
    private static final long WIRE_MASK = (1L << 33) - 1;

    private final Map<Long, Booking> bookings = new ConcurrentHashMap<>();
    private final Deque<Long> order = new ArrayDeque<>();
    private final ConcurrentHistogram latencyUs = new ConcurrentHistogram(HIGHEST_LATENCY_US, 3);
    private volatile long framesIn;
    private volatile long framesOut;
    private volatile long unmatched;
    private volatile long lost;
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
        final long key = pts & WIRE_MASK;
        if (bookings.put(key, new Booking(pts, publishedNs)) == null) {
            framesIn++;
            order.addLast(key);
            if (order.size() > MAX_BOOKED && bookings.remove(order.pollFirst()) != null) {
                lost++;
            }
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
        final Booking booking = bookings.remove(pts & WIRE_MASK);
        if (booking == null) {
            unmatched++;
            return;
        }
        latencyUs.recordValue(Math.min(HIGHEST_LATENCY_US, Math.max(0L, (nowNs - booking.publishedNs) / 1_000L)));
        if (framesOut == 0) {
            firstReturnNs = nowNs;
        }
        lastReturnNs = nowNs;
        highestReturnedPts = Math.max(highestReturnedPts, booking.pts);
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

    /** Frames that left and may still come back. */
    public int outstanding() {
        return bookings.size();
    }

    /** Frames that left and were given up. */
    public long lost() {
        return lost;
    }

    /** Highest presentation time that came back, as it left, or {@link Long#MIN_VALUE}. */
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

    /** When a frame left, and its time before the wire cut it to 33 bits. */
    private record Booking(long pts, long publishedNs) {
    }
}
