package dev.rill.harness;

import dev.rill.jobs.gateway.EndReasons;
import dev.rill.trickle.EndReason;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Counts what a relay passes on and loses, and tells it on stderr. One thread. */
final class RelayLog {
    private final PrintWriter err;
    private long segments;
    private long bytes;
    private long missed;
    private long torn;
    private long lost;
    private long pauses;
    private long outages;
    private boolean unreachable;

    /**
     * @param err flushed after each line.
     */
    RelayLog(final PrintWriter err) {
        this.err = err;
    }

    void onSegment(final long length, final boolean intact, final boolean passedOn, final long sequence) {
        bytes += length;
        if (!passedOn) {
            lost++;
            say("lost: segment %d was not taken by TO".formatted(sequence));
        } else if (!intact) {
            torn++;
            say("torn: the end of segment %d was lost by FROM".formatted(sequence));
        } else {
            segments++;
        }
        unreachable = false;
    }

    void onGap(final long from, final long to) {
        missed += to - from;
        say("gap: " + SegmentCopier.describeGap(from, to));
    }

    void onShifted(final long sequence, final long number) {
        say("shifted: FROM went back to segment %d, which is segment %d of TO".formatted(sequence, number));
    }

    void onSourceEnd(final long lingerNs) {
        if (lingerNs > 0) {
            say("FROM has ended; waiting %d ms for it to begin anew".formatted(
                TimeUnit.NANOSECONDS.toMillis(lingerNs)));
        }
    }

    void onTargetLost(final EndReason reason) {
        outages++;
        say("TO is lost: %s; opening it again".formatted(EndReasons.describe(reason)));
    }

    void onTargetUnreachable(final Exception failure) {
        if (!unreachable) {
            unreachable = true;
            say("TO is not there: %s; trying again".formatted(Failures.describe(failure)));
        }
    }

    void onBackPressure() {
        pauses++;
    }

    /** One line for the end. */
    void total() {
        say(("%,d bytes in %d segments relayed; %d missed, %d torn, %d lost, %d times held back, "
            + "%d outages of TO").formatted(bytes, segments, missed, torn, lost, pauses, outages));
    }

    private void say(final String line) {
        err.println(line);
        err.flush();
    }
}
