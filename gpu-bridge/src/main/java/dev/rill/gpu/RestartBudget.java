package dev.rill.gpu;

import java.util.ArrayDeque;

/** How often something may be started again within a span of time. One thread at a time. */
final class RestartBudget {
    private final int count;
    private final long windowNs;
    private final ArrayDeque<Long> takenNs = new ArrayDeque<>();

    RestartBudget(final int count, final long windowNs) {
        this.count = count;
        this.windowNs = windowNs;
    }

    /** Takes one restart; false if there are none left at this time. */
    boolean take(final long nowNs) {
        while (!takenNs.isEmpty() && nowNs - takenNs.peek() >= windowNs) {
            takenNs.poll();
        }
        if (takenNs.size() >= count) {
            return false;
        }
        takenNs.add(nowNs);
        return true;
    }
}
