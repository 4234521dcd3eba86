package dev.rill.trickle.channel;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A writer appends two chunks, the second into a new block; a reader that sees a length finds the bytes and the block.
 */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "512, 1", expect = Expect.ACCEPTABLE, desc = "the first chunk")
@Outcome(id = "520, 2", expect = Expect.ACCEPTABLE, desc = "both, across two blocks")
@Outcome(expect = Expect.FORBIDDEN, desc = "a length without its bytes")
public class PublicationTest {
    private final Segment segment = Memory.begun();

    /** The writer. */
    @Actor
    public void write() {
        Memory.append(segment, PagePool.MIN_LENGTH, 1);
        Memory.append(segment, 8, 2);
    }

    /** A reader. */
    @Actor
    public void read(final II_Result result) {
        final long length = segment.length();
        result.r1 = (int) length;
        result.r2 = length == 0 ? 0 : Memory.byteAt(segment, length - 1);
    }

    /** Gives the memory back. */
    @Arbiter
    public void end() {
        segment.release();
    }
}
