package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The pointer has moved before the byte that moves it is visible to a reader: rule 1 of section 2.9 on the wire. */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the pointer ahead of the byte")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both")
@Outcome(expect = Expect.FORBIDDEN, desc = "a byte ahead of the pointer")
public class PointerBeforeByteTest {
    private static final ByteBuf BYTE = Unpooled.unreleasableBuffer(Unpooled.directBuffer(1, 1).writeByte(1));

    private final Channel channel = Channels.open();
    private final Segment segment;
    private final SegmentAppender appender;

    /** A segment without a byte. */
    public PointerBeforeByteTest() {
        final WriteOpening opening = new WriteOpening(0);
        channel.submit(opening);
        appender = opening.appender();
        segment = appender.segment();
    }

    /** The writer. */
    @Actor
    public void write() {
        appender.append(BYTE.duplicate());
    }

    /** A reader. */
    @Actor
    public void read(final II_Result result) {
        result.r1 = (int) segment.length();
        result.r2 = (int) channel.pointer();
    }
}
