package dev.rill.frame;

import java.util.ArrayDeque;

/**
 * {@link PipelineLines#side} as the stage that fills it sees it: what finds no room waits here, in order, and that
 * stage reads no more until it has left. Belongs to the intake stage's thread.
 */
final class SideLine {
    private final PipelineLines lines;
    private final Runnable onOffered;
    private final ArrayDeque<Object> overflow = new ArrayDeque<>();

    SideLine(final PipelineLines lines, final Runnable onOffered) {
        this.lines = lines;
        this.onOffered = onOffered;
    }

    /** Takes over an item. */
    void add(final Object item) {
        if (!overflow.isEmpty() || !lines.side.offer(item)) {
            overflow.add(item);
        }
        onOffered.run();
    }

    /** Whether all that was added is in the line. */
    boolean isClear() {
        return overflow.isEmpty();
    }

    /** Moves on what found no room; returns how much. */
    int moveOn() {
        int work = 0;
        while (!overflow.isEmpty() && lines.side.offer(overflow.peek())) {
            overflow.poll();
            work++;
        }
        return work;
    }

    void release() {
        overflow.forEach(PipelineLines::release);
        overflow.clear();
    }
}
