package dev.rill.bench.load;

import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Publishes on schedule and reads with every subscriber, all on one thread. A chunk that is due is sent at once if
 * possible, and carries the time at which it should have been sent: a stall shows in the latencies of all that it
 * delayed.
 */
final class LoadGenerator {
    private static final String CHANNEL = "load";
    private static final int POLL_LIMIT = 64;
    private static final long MAX_PARK_NS = 200_000L;
    private static final long LEAD_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(10);

    private final LoadPlan plan;
    private final Chunk chunk;
    private final Histogram latencyNs = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private final List<LoadSubscriber> subscribers = new ArrayList<>();
    private final List<TrickleSubscriber> subscriptions = new ArrayList<>();
    private final TricklePublisher publisher;
    private long phaseStartNs;
    private long phaseFirst;
    private SegmentWriter segment;
    private long sent;
    private long lastSentNs;

    /**
     * Opens publisher and subscribers.
     *
     * @param plan    what to send.
     * @param trickle stays the caller's.
     */
    LoadGenerator(final LoadPlan plan, final HttpTrickle trickle) {
        this.plan = plan;
        chunk = new Chunk(plan.chunkBytes());
        trickle.awaitCreate(CHANNEL, "application/octet-stream");
        final Chunk verifier = new Chunk(plan.chunkBytes());
        for (int i = 0; i < plan.subscribers(); i++) {
            subscribers.add(new LoadSubscriber(verifier, plan.warmupChunks(), latencyNs));
            subscriptions.add(trickle.subscribe(CHANNEL, 0));
        }
        publisher = trickle.publish(CHANNEL, "application/octet-stream");
    }

    /**
     * Sends and reads until so many chunks have been sent and every subscriber has them all, or lost one. Each call
     * begins a schedule of its own.
     */
    void runTo(final long chunks) {
        phaseFirst = sent;
        phaseStartNs = System.nanoTime() + LEAD_NS;
        while (sent < chunks) {
            final long nowNs = System.nanoTime();
            final long leftNs = dueNs(sent) - nowNs;
            if (leftNs <= 0 && send()) {
                lastSentNs = nowNs;
            } else if (poll() == 0) {
                LockSupport.parkNanos(Math.min(Math.max(leftNs, 1), MAX_PARK_NS));
            }
        }
        drain(chunks);
    }

    /** From intended time to the arrival of the last byte, of every measured chunk at every subscriber. */
    Histogram latencyNs() {
        return latencyNs;
    }

    /** Chunks that were delivered whole and count. */
    long delivered() {
        return subscribers.stream().mapToLong(LoadSubscriber::measured).sum();
    }

    /** Chunks per second that were really sent since the last schedule began. */
    double achievedRate() {
        return (sent - phaseFirst) * 1e9 / (lastSentNs - phaseStartNs + plan.intendedNs(1));
    }

    /** What was lost or wrong, first of all subscribers, or null. */
    String failure() {
        for (int i = 0; i < subscribers.size(); i++) {
            if (subscribers.get(i).failure() != null) {
                return "subscriber " + i + ": " + subscribers.get(i).failure();
            }
        }
        return publisher.failure() == null ? null : "publisher: " + publisher.failure();
    }

    private long dueNs(final long number) {
        return phaseStartNs + plan.intendedNs(number - phaseFirst);
    }

    private boolean send() {
        if (segment == null) {
            segment = publisher.beginSegment();
        }
        final int outcome = segment.offer(chunk.encode(sent, dueNs(sent)));
        if (outcome == SegmentWriter.CLOSED) {
            throw new IllegalStateException("chunk " + sent + " was refused: " + publisher.failure());
        }
        if (outcome == SegmentWriter.BACK_PRESSURED) {
            return false; // What this delays shows in the latencies.
        }
        sent++;
        if (sent % plan.chunksPerSegment() == 0) {
            segment.complete();
            segment = null;
        }
        return true;
    }

    private int poll() {
        int events = 0;
        for (int i = 0; i < subscriptions.size(); i++) {
            events += subscriptions.get(i).poll(subscribers.get(i), POLL_LIMIT);
        }
        return events;
    }

    private void drain(final long chunks) {
        final long deadlineNs = System.nanoTime() + DRAIN_NS;
        while (subscribers.stream().anyMatch(reader -> reader.failure() == null && reader.expected() < chunks)
            && System.nanoTime() - deadlineNs < 0) {
            if (poll() == 0) {
                LockSupport.parkNanos(MAX_PARK_NS);
            }
        }
    }
}
