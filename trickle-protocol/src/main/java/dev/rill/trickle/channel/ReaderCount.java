package dev.rill.trickle.channel;

/**
 * How many readers of a lossless channel stand at one segment: those that read it, and those that will come for it.
 * Touched only by commands of the channel.
 * <p>
 * A reader is known by where it stands and by nothing else: over HTTP it is a row of unrelated requests. While it reads
 * segment n it stands at n. When it has read all of n it stands at n + 1: it is either there already, having asked for
 * n + 1 ahead, or is waited for. When it leaves n unread to the end (a lost connection) it is waited for at n. Whoever
 * opens a segment at which somebody is waited for takes that place. Places are alike, so it does not matter whose it
 * was; a new reader that takes the place of one that is late costs that one its hold, never anybody its data.
 */
final class ReaderCount {
    private int reading;
    /** Of those that read: how many came without having been waited for, so perhaps ahead of reading the one before. */
    private int ahead;
    private int awaited;
    private long awaitedUntilNs;

    /** A reader has opened the segment. */
    void came() {
        reading++;
        if (awaited > 0) {
            awaited--;
        } else {
            ahead++;
        }
    }

    /** A reader has closed the segment. */
    void left() {
        reading = Math.max(0, reading - 1);
        ahead = Math.min(ahead, reading);
    }

    /** A reader has finished the segment before this one; it is here already, or awaited until {@code untilNs}. */
    void advance(final long untilNs) {
        if (ahead > 0) {
            ahead--;
        } else {
            await(untilNs);
        }
    }

    /** A reader will come, or come back, until {@code untilNs}. */
    void await(final long untilNs) {
        awaited++;
        awaitedUntilNs = untilNs;
    }

    /** Whether anybody stands here at this time. */
    boolean isHeld(final long nowNs) {
        if (awaited > 0 && nowNs - awaitedUntilNs >= 0) {
            awaited = 0;
        }
        return reading > 0 || awaited > 0;
    }

    /** Nobody is waited for here any more, and those that read are on their own; returns how many that are. */
    int giveUp() {
        final int given = reading + awaited;
        reading = 0;
        ahead = 0;
        awaited = 0;
        return given;
    }
}
