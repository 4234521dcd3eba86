package dev.rill.jobs.gateway;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps a source that runs as fast as it can at most a few segments ahead of its result, because trickle has no flow
 * control of its own and forgets all but the last five segments. One thread.
 */
final class SegmentCredit {
    /** Segments that may have begun without their last frame having come back. */
    static final int AHEAD = 2;

    private final Deque<Long> lastPtsOfOpenSegments = new ArrayDeque<>();
    private long lastPts = Long.MIN_VALUE;

    /** A video frame of the current segment left. */
    void onFrame(final long pts) {
        lastPts = Math.max(lastPts, pts);
    }

    /** The current segment is complete. */
    void onSegmentEnd() {
        lastPtsOfOpenSegments.addLast(lastPts);
    }

    /**
     * Whether another segment may begin.
     *
     * @param highestReturnedPts how far the result has come.
     */
    boolean mayBegin(final long highestReturnedPts) {
        while (!lastPtsOfOpenSegments.isEmpty() && lastPtsOfOpenSegments.peekFirst() <= highestReturnedPts) {
            lastPtsOfOpenSegments.removeFirst();
        }
        return lastPtsOfOpenSegments.size() < AHEAD;
    }

    /** Forgets the oldest segment that has not come back: it never will. */
    void writeOffOldest() {
        lastPtsOfOpenSegments.pollFirst();
    }
}
