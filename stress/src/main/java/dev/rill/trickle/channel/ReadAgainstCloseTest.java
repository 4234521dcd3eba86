package dev.rill.trickle.channel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** A reader that sees the end, and looks at the length after that, has seen everything. */
@JCStressTest
@State
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "false, 8", expect = Expect.ACCEPTABLE, desc = "bytes, no end yet")
@Outcome(id = "true, 8", expect = Expect.ACCEPTABLE, desc = "the end")
@Outcome(expect = Expect.FORBIDDEN, desc = "an end that hides bytes")
public class ReadAgainstCloseTest {
    private final Segment segment = Memory.begun();

    /** The writer. */
    @Actor
    public void write() {
        Memory.append(segment, 8, 1);
        segment.close(SegmentState.COMPLETE);
    }

    /** A reader. */
    @Actor
    public void read(final ZI_Result result) {
        result.r1 = segment.isEnded();
        result.r2 = (int) segment.length();
    }

    /** Gives the memory back. */
    @Arbiter
    public void end() {
        segment.release();
    }
}
