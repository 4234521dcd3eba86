package dev.rill.trickle.channel;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Two readers enter a page at which one view is idle: they get two views. */
@JCStressTest
@State
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "a view each")
@Outcome(expect = Expect.FORBIDDEN, desc = "one view for two")
public class LeaseTest {
    private final Page page = Memory.SOURCE.page(PagePool.MIN_LENGTH, 0);
    private ByteBuffer one;
    private ByteBuffer other;

    /** One view is idle. */
    public LeaseTest() {
        page.giveBack(page.lease());
    }

    /** A reader. */
    @Actor
    public void one() {
        one = page.lease();
    }

    /** Another reader. */
    @Actor
    public void other() {
        other = page.lease();
    }

    /** Compares. */
    @Arbiter
    public void compare(final Z_Result result) {
        result.r1 = one != other;
        page.giveBack(one);
        page.giveBack(other);
        Memory.SOURCE.reserve(PagePool.MIN_LENGTH);
        Memory.SOURCE.free(page);
    }
}
