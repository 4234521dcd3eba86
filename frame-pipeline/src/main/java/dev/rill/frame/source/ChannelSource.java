package dev.rill.frame.source;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsLoss;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.frame.ts.TsStream;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * A channel of transport stream segments with H.264, read as it comes; its segments are told. Times are those of the
 * stream. What is lost on the way, or damaged, counts as a warning; audio of another kind than at the beginning is left
 * out, and counts as well.
 * <p>
 * A reader that is too slow is left behind by a live channel, which costs it whole segments.
 */
public final class ChannelSource implements MediaSource {
    private static final Object END_OF_SEGMENT = "end of segment";
    private static final int EVENTS_PER_POLL = 16;
    private static final long PARK_NS = 1_000_000;
    private static final int USUAL_FRAME_RATE = 30;

    private final String name;
    private final TrickleSubscriber subscriber;
    private final TsReader reader;
    private final Events events = new Events();
    private final ArrayDeque<Object> items = new ArrayDeque<>();
    private TsProgram program;
    private TsProgram current;
    private EndReason end;
    private boolean endsSegment;
    private volatile long warnings;
    private volatile long segmentsRead;
    private volatile Thread waiting;
    private volatile boolean closed;
    private boolean freed;

    private ChannelSource(
        final String name, final TrickleSubscriber subscriber, final PacketPool pool, final NanoClock clock) {
        this.name = name;
        this.subscriber = subscriber;
        reader = new TsReader(events, pool, clock, TsReader.MAX_UNIT_LENGTH_DEFAULT);
        subscriber.onReadable(() -> LockSupport.unpark(waiting));
    }

    /**
     * Waits for the first program of a channel.
     *
     * @param name       of the channel, for people.
     * @param subscriber owned from now on, also when this fails.
     * @param pool       where packets come from.
     * @param clock      stamps arrival times and bounds the wait.
     * @param timeoutNs  how long to wait.
     * @return the source; close it.
     * @throws ChannelEndedException if the channel ends first.
     * @throws MediaException        if no program with H.264 comes in time.
     */
    public static ChannelSource open(
        final String name, final TrickleSubscriber subscriber, final PacketPool pool, final NanoClock clock,
        final long timeoutNs) {
        final ChannelSource source = new ChannelSource(name, subscriber, pool, clock);
        try {
            source.awaitProgram(clock, timeoutNs);
            return source;
        } catch (final RuntimeException ex) {
            source.close();
            throw ex;
        }
    }

    private void awaitProgram(final NanoClock clock, final long timeoutNs) {
        final long deadlineNs = clock.nanoTime() + timeoutNs;
        while (program == null && end == null && clock.nanoTime() - deadlineNs < 0) {
            pollOrPark();
        }
        if (program == null && end != null) {
            throw new ChannelEndedException(
                "channel " + name + ": expected a transport stream, actual end of the channel: " + end, end);
        }
        if (program == null) {
            throw new MediaException("channel " + name + ": expected a transport stream, actual none within "
                + timeoutNs / 1_000_000 + " ms");
        }
        if (program.video() == null || !program.video().isH264()) {
            throw new MediaException(
                "channel " + name + ": expected H.264 video (stream type 0x1b), actual " + program.video());
        }
    }

    @Override
    public synchronized boolean read(final PacketHandler out) {
        endsSegment = false;
        while (items.isEmpty() && end == null && !closed) {
            pollOrPark();
        }
        final Object item = closed ? null : items.poll();
        if (item == null) {
            failUnlessEnded();
            return false;
        }
        endsSegment = item == END_OF_SEGMENT;
        if (item instanceof final Packet packet) {
            out.onPacket(packet);
        }
        return true;
    }

    private void failUnlessEnded() {
        if (!closed && end != EndReason.CHANNEL_CLOSED && end != EndReason.CLOSED) {
            throw new ChannelEndedException("channel " + name + ": expected to go on, actual end: " + end, end);
        }
    }

    private void pollOrPark() {
        waiting = Thread.currentThread();
        if (subscriber.poll(events, EVENTS_PER_POLL) == 0) {
            LockSupport.parkNanos(this, PARK_NS);
        }
    }

    @Override
    public boolean isSegmented() {
        return true;
    }

    @Override
    public boolean endsSegment() {
        return endsSegment;
    }

    @Override
    public TsProgram program() {
        return program;
    }

    @Override
    public String description() {
        return name + ": live, H.264; " + (program.audio() == null ? "no audio" : "audio " + program.audio());
    }

    @Override
    public int frameRateNumerator() {
        return USUAL_FRAME_RATE;
    }

    @Override
    public int frameRateDenominator() {
        return 1;
    }

    @Override
    public int width() {
        return 0;
    }

    @Override
    public int height() {
        return 0;
    }

    @Override
    public long durationTicks() {
        return -1;
    }

    @Override
    public long timeOffsetTicks() {
        return 0;
    }

    @Override
    public long warnings() {
        return warnings;
    }

    /** Segments read to their end. Any thread. */
    public long segmentsRead() {
        return segmentsRead;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(waiting);
        free();
    }

    private synchronized void free() {
        if (freed) {
            return;
        }
        freed = true;
        subscriber.close();
        reader.close();
        items.forEach(item -> {
            if (item instanceof final Packet packet) {
                packet.release();
            }
        });
        items.clear();
    }

    /** What the subscription and the reader tell, on the thread that reads. */
    private final class Events implements SegmentHandler, TsHandler {
        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
            // Its end is what counts.
        }

        @Override
        public void onData(final long sequence, final ByteBuffer bytes) {
            reader.feed(bytes);
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
            reader.endOfSegment(intact);
            warnings += intact ? 0 : 1;
            segmentsRead++;
            items.add(END_OF_SEGMENT);
        }

        @Override
        public void onGap(final long from, final long to) {
            warnings += to - from;
        }

        @Override
        public void onEnd(final EndReason reason) {
            reader.endOfSegment(false);
            end = reason;
        }

        @Override
        public void onProgram(final TsProgram newProgram) {
            program = program == null ? newProgram : program;
            current = newProgram;
        }

        @Override
        public void onPacket(final Packet packet) {
            final boolean fits = packet.kind() == Packet.Kind.VIDEO ? current.video().isH264()
                : isSameKind(current.audio(), program.audio());
            if (fits) {
                items.add(packet);
            } else {
                warnings++;
                packet.release();
            }
        }

        /** Under whatever PID. */
        private static boolean isSameKind(final TsStream one, final TsStream other) {
            return one != null && other != null && one.streamType() == other.streamType()
                && Arrays.equals(one.descriptors(), other.descriptors());
        }

        @Override
        public void onLoss(final Packet.Kind kind, final TsLoss reason) {
            warnings++;
        }
    }
}
