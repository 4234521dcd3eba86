package dev.rill.trickle.channel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two writers bring their first byte at once: one owns the segment. */
@JCStressTest
@State
@Outcome(id = {"true, false", "false, true"}, expect = Expect.ACCEPTABLE, desc = "one of them")
@Outcome(expect = Expect.FORBIDDEN, desc = "both or none")
public class OwnerTest {
    private final Segment segment = Memory.begun();
    private final SegmentAppender one = new SegmentAppender(null, segment);
    private final SegmentAppender other = new SegmentAppender(null, segment);

    /** A writer. */
    @Actor
    public void one(final ZZ_Result result) {
        result.r1 = one.claim();
    }

    /** Another writer. */
    @Actor
    public void other(final ZZ_Result result) {
        result.r2 = other.claim();
    }
}
