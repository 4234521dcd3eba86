package dev.rill.harness;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;

/** Copies segments into an output and reports what is missing or torn. One thread. */
final class SegmentCopier implements SegmentHandler {
    private final SegmentOutput out;
    private final long limit;
    private final PrintWriter err;
    private boolean anyStart;
    private long segments;
    private long bytes;
    private long missed;
    private long torn;
    private EndReason endReason;
    private String failure;

    /**
     * @param out      stays the caller's.
     * @param limit    segments to copy, 0 for no limit.
     * @param anyStart whether what lies before the first segment counts as nothing missed.
     * @param err      told about gaps and torn segments.
     */
    SegmentCopier(final SegmentOutput out, final long limit, final boolean anyStart, final PrintWriter err) {
        this.out = out;
        this.limit = limit;
        this.anyStart = anyStart;
        this.err = err;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        anyStart = false;
        attempt(() -> out.begin(sequence, contentType));
    }

    @Override
    public void onData(final long sequence, final ByteBuffer data) {
        if (!isDone()) {
            bytes += data.remaining();
            attempt(() -> out.write(data));
        }
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        if (attempt(out::end)) {
            segments++;
            if (!intact) {
                torn++;
                report("torn: the end of segment %d was lost".formatted(sequence));
            }
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        if (!anyStart && !isDone()) {
            missed += to - from;
            report("gap: %s".formatted(describeGap(from, to)));
        }
        anyStart = false;
    }

    @Override
    public void onEnd(final EndReason reason) {
        endReason = reason;
    }

    void flush() {
        try {
            out.flush();
        } catch (final IOException e) {
            fail(e);
        }
    }

    /** What was lost, for people. */
    static String describeGap(final long from, final long to) {
        return to - from == 1
            ? "segment %d was lost".formatted(from)
            : "segments %d to %d were lost (%d)".formatted(from, to - 1, to - from);
    }

    boolean isDone() {
        return endReason != null || failure != null || limit > 0 && segments >= limit;
    }

    long segments() {
        return segments;
    }

    long bytes() {
        return bytes;
    }

    long missed() {
        return missed;
    }

    long torn() {
        return torn;
    }

    EndReason endReason() {
        return endReason;
    }

    String failure() {
        return failure;
    }

    private boolean attempt(final Step step) {
        if (isDone()) {
            return false;
        }
        try {
            step.run();
            return true;
        } catch (final IOException e) {
            fail(e);
            return false;
        }
    }

    private void fail(final IOException e) {
        failure = "cannot write: " + Failures.describe(e);
    }

    private void report(final String line) {
        err.println(line);
        err.flush();
    }

    /** Writes something. */
    private interface Step {
        void run() throws IOException;
    }
}
