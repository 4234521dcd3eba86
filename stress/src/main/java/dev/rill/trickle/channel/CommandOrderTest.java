package dev.rill.trickle.channel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two threads submit commands that change plain fields: both are applied, one after the other, and none is left. */
@JCStressTest
@State
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both applied")
@Outcome(expect = Expect.FORBIDDEN, desc = "left in the queue, or applied at the same time")
public class CommandOrderTest {
    private final Channel channel = Channels.open();
    private int applied;

    /** A thread. */
    @Actor
    public void one() {
        channel.submit(new Count());
    }

    /** Another thread. */
    @Actor
    public void other() {
        channel.submit(new Count());
    }

    /** Counts. */
    @Arbiter
    public void count(final I_Result result) {
        result.r1 = applied;
    }

    private final class Count extends ChannelCommand {
        @Override
        void apply(final Channel target) {
            applied++;
        }
    }
}
