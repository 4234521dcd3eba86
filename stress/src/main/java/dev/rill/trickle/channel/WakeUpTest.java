package dev.rill.trickle.channel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A wake-up is pending and its reader begins to look, while a publisher stores bytes and signals: what the look misses
 * causes another wake-up.
 */
@JCStressTest
@State
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "missed, and woken again")
@Outcome(id = "8, 0", expect = Expect.ACCEPTABLE, desc = "seen, the signal coalesced")
@Outcome(id = "8, 1", expect = Expect.ACCEPTABLE, desc = "seen, and woken once too often")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake-up")
@Outcome(expect = Expect.FORBIDDEN, desc = "more than one wake-up")
public class WakeUpTest {
    private final Segment segment = Memory.begun();
    private int wakeUps;
    private final Waiter waiter = new Waiter(new ChannelCounters(), () -> wakeUps++);

    /** One wake-up is pending. */
    public WakeUpTest() {
        waiter.signal();
        wakeUps = 0;
    }

    /** The writer. */
    @Actor
    public void publish() {
        Memory.append(segment, 8, 1);
        waiter.signal();
    }

    /** The reader that was woken. */
    @Actor
    public void look(final II_Result result) {
        waiter.begin();
        result.r1 = (int) segment.length();
    }

    /** Wake-ups since. */
    @Arbiter
    public void count(final II_Result result) {
        result.r2 = wakeUps;
        segment.release();
    }
}
