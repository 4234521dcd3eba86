package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Concurrent open, append, complete, abort, evict (a window of two), drop, close and read of a channel have the results
 * that {@link ChannelModel}, a plain single-threaded one, has in some order of the same operations.
 * <p>
 * One writer, any number of others. Reads ask for a segment through the channel's command queue, as every carriage
 * does, and then look at its length. Bytes that are stored before the segment has begun may yet be made unseen by a
 * drop or a close that is applied before that, as if they had come after it. So what the first append answers is left
 * out, and it waits until the segment has begun or ended.
 */
@Tag("long")
@Param(name = "sequence", gen = IntGen.class, conf = "0:4")
public class ChannelLinearizabilityTest {
    private static final ByteBuf BYTE = Unpooled.unreleasableBuffer(Unpooled.directBuffer(1, 1).writeByte(1));

    private final Channel channel = Channels.remembering(ChannelModel.WINDOW);
    private SegmentAppender writer;

    @Test
    void shouldHaveTheResultsOfSomeOrderOfItsOperations() {
        new StressOptions()
            .sequentialSpecification(ChannelModel.class)
            .iterations(100)
            .invocationsPerIteration(1_000)
            .threads(3)
            .actorsPerThread(4)
            .actorsBefore(3)
            .actorsAfter(3)
            .minimizeFailedScenario(false)
            .check(ChannelLinearizabilityTest.class);
    }

    /** Opens the segment at the pointer; -1 if one is open. */
    @Operation(nonParallelGroup = "writer")
    public int begin() {
        if (writer != null) {
            return -1;
        }
        final WriteOpening opening = new WriteOpening(0);
        channel.submitAndAwait(opening);
        writer = opening.appender();
        return writer == null ? ChannelModel.CLOSED : (int) writer.sequence();
    }

    /** Appends a byte; 1 if stored. */
    @Operation(nonParallelGroup = "writer")
    public int append() {
        if (writer == null) {
            return -1;
        }
        final boolean first = writer.storedBytes() == 0;
        final int stored = writer.append(BYTE.duplicate());
        if (first) {
            channel.submitAndAwait(new ReadOpening(Long.MAX_VALUE, false));
            return 0;
        }
        return Math.max(0, stored);
    }

    /** Ends the segment. */
    @Operation(nonParallelGroup = "writer")
    public void complete() {
        if (writer != null) {
            writer.complete(null);
            writer = null;
        }
    }

    /** Gives the segment up. */
    @Operation(nonParallelGroup = "writer")
    public void abort() {
        if (writer != null) {
            writer.abort();
            writer = null;
        }
    }

    /** Length that a reader sees. */
    @Operation
    public int length(@Param(name = "sequence") final int sequence) {
        final ReadOpening opening = new ReadOpening(sequence, false);
        channel.submitAndAwait(opening);
        if (opening.cursor() == null) {
            return opening.outcome() == ReadOpening.Outcome.CLOSED ? ChannelModel.CLOSED : ChannelModel.GONE;
        }
        final int length = (int) opening.cursor().length();
        opening.cursor().close();
        return length;
    }

    /** The pointer. */
    @Operation
    public int pointer() {
        final ReadOpening opening = new ReadOpening(Long.MAX_VALUE, false);
        channel.submitAndAwait(opening);
        return (int) opening.pointer();
    }

    /** Drops a segment; whether there was one. */
    @Operation
    public boolean drop(@Param(name = "sequence") final int sequence) {
        final SegmentDrop drop = new SegmentDrop(sequence);
        channel.submitAndAwait(drop);
        return drop.isFound();
    }

    /** Closes the channel. */
    @Operation(runOnce = true)
    public void close() {
        channel.submitAndAwait(new ChannelClosing(null));
    }
}
