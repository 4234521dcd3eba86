package dev.rill.frame;

import dev.rill.frame.sink.ChannelCounters;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of one pipeline that no other class keeps. Any thread reads; drops are counted by any stage. */
final class PipelineCounters {
    final AtomicLong framesDecoded = new AtomicLong();
    final AtomicLong framesOut = new AtomicLong();
    final AtomicLong audioPacketsOut = new AtomicLong();
    final AtomicLong audioUndecodable = new AtomicLong();
    final AtomicLong audioRepairs = new AtomicLong();
    final AtomicLong segmentsIn = new AtomicLong();
    final AtomicLong segmentsRead = new AtomicLong();
    final AtomicLong segmentsLost = new AtomicLong();
    final AtomicLong copiedFrames = new AtomicLong();
    final AtomicLong convertedFrames = new AtomicLong();
    final AtomicLong scaledFrames = new AtomicLong();
    final AtomicLong scaledBytes = new AtomicLong();
    final AtomicLong pixels = new AtomicLong();
    final AtomicLong hostBytes = new AtomicLong();
    final AtomicLong deviceBytes = new AtomicLong();
    volatile ChannelCounters output = new ChannelCounters();
    volatile int width;
    volatile int height;
    volatile long parameterVersion = -1;
    volatile String decoder = "";
    volatile String encoder = "";

    private final AtomicLongArray dropped = new AtomicLongArray(DropReason.values().length);

    void drop(final DropReason reason) {
        dropped.incrementAndGet(reason.ordinal());
    }

    long droppedTotal() {
        long sum = 0;
        for (int i = 0; i < dropped.length(); i++) {
            sum += dropped.get(i);
        }
        return sum;
    }

    Map<DropReason, Long> dropped() {
        final Map<DropReason, Long> result = new EnumMap<>(DropReason.class);
        for (final DropReason reason : DropReason.values()) {
            result.put(reason, dropped.get(reason.ordinal()));
        }
        return result;
    }

    /** For counters with one writer: no locked instruction. */
    static void add(final AtomicLong counter, final long count) {
        counter.setRelease(counter.getPlain() + count);
    }
}
