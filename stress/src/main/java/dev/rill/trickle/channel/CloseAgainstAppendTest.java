package dev.rill.trickle.channel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;

/** A drop meets an append: either the bytes are in, or the writer is told that they are not. */
@JCStressTest
@State
@Outcome(id = "true, 8, true", expect = Expect.ACCEPTABLE, desc = "appended, then closed")
@Outcome(id = "false, 0, true", expect = Expect.ACCEPTABLE, desc = "closed before the append")
@Outcome(expect = Expect.FORBIDDEN, desc = "writer and readers disagree")
public class CloseAgainstAppendTest {
    private final Segment segment = Memory.begun();

    /** The writer. */
    @Actor
    public void append(final ZIZ_Result result) {
        result.r1 = Memory.append(segment, 8, 1);
    }

    /** A drop, reset or eviction. */
    @Actor
    public void close() {
        segment.close(SegmentState.ABORTED);
    }

    /** What a later reader sees. */
    @Arbiter
    public void look(final ZIZ_Result result) {
        result.r2 = (int) segment.length();
        result.r3 = segment.isEnded();
        segment.release();
    }
}
