package dev.rill.trickle.channel;

import dev.rill.trickle.ChannelStats;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What one channel measures, beside the counters of its engine. Any thread, unless said otherwise. */
final class ChannelMeter {
    private final AtomicInteger parked = new AtomicInteger();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder released = new LongAdder();
    private volatile DelayRecorder delays;
    // Written by commands of the channel only.
    private volatile long begun;
    private volatile long completed;
    private volatile long aborted;
    private volatile long outOfWindow;

    void bytesIn(final long length) {
        bytesIn.add(length);
    }

    void bytesOut(final long length) {
        bytesOut.add(length);
    }

    void parked() {
        parked.incrementAndGet();
    }

    /** A parked reader got its first byte. */
    void begunTo(final long delayNs) {
        parked.decrementAndGet();
        DelayRecorder recorder = delays;
        if (recorder == null) {
            recorder = createDelays();
        }
        recorder.record(delayNs);
    }

    /** A parked reader goes without a byte; released if the segment ended, otherwise of its own accord. */
    void unparked(final boolean ended) {
        parked.decrementAndGet();
        if (ended) {
            released.increment();
        }
    }

    private synchronized DelayRecorder createDelays() {
        if (delays == null) {
            delays = new DelayRecorder();
        }
        return delays;
    }

    // Commands only.

    void segmentBegun() {
        begun = begun + 1;
    }

    void segmentClosed(final SegmentState state) {
        if (state == SegmentState.COMPLETE) {
            completed = completed + 1;
        } else {
            aborted = aborted + 1;
        }
    }

    void outOfWindow() {
        outOfWindow = outOfWindow + 1;
    }

    // Any thread.

    ChannelStats snapshot(final Channel channel) {
        final DelayRecorder recorder = delays;
        return new ChannelStats(
            channel.name(), channel.contentType(), channel.pointer(), channel.window().oldest(), channel.readers(),
            Math.max(0, parked.get()), behind(channel), bytesIn.sum(), bytesOut.sum(), begun, completed, aborted,
            outOfWindow, released.sum(),
            recorder == null ? new ChannelStats.Delays(0, 0, 0, 0, 0) : recorder.snapshot());
    }

    /** Reads of the newest segments are not behind; all others are, also of segments that are remembered no more. */
    private static int behind(final Channel channel) {
        final long newest = channel.pointer() - 1;
        int ahead = 0;
        for (final Segment segment : channel.window().segments()) {
            if (segment.sequence() >= newest) {
                ahead += segment.cursors();
            }
        }
        return Math.max(0, channel.readers() - ahead);
    }
}
