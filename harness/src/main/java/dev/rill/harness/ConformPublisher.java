package dev.rill.harness;

import dev.rill.conform.JsonObject;
import dev.rill.conform.client.ClientEvents;
import dev.rill.conform.client.ClientTask;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.function.Consumer;

/** Rill's publisher as the conformance kit drives it. One thread. */
final class ConformPublisher implements ConformClient.Role {
    private static final String CONTENT_TYPE = "video/MP2T";

    private final HttpTrickle trickle;
    private final Consumer<JsonObject> events;
    private final TricklePublisher publisher;
    /** Segments of which neither storage nor loss was reported yet, in order. */
    private final ArrayDeque<SegmentWriter> pending = new ArrayDeque<>();
    private SegmentWriter writer;
    private boolean openedReported = true;
    private boolean failureReported;
    private long stored;
    private long lost;

    ConformPublisher(final HttpTrickle trickle, final ClientTask task, final Consumer<JsonObject> events) {
        this.trickle = trickle;
        this.events = events;
        publisher = task.isResume()
            ? trickle.resume(task.channel(), CONTENT_TYPE) : trickle.publish(task.channel(), CONTENT_TYPE);
    }

    @Override
    public void openSegment() {
        writer = publisher.beginSegment();
        pending.add(writer);
        openedReported = false;
        look();
    }

    @Override
    public void write(final String text) {
        writer.offer(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void closeSegment() {
        writer.complete();
    }

    @Override
    public void look() {
        if (!openedReported && writer.sequence() >= 0) {
            openedReported = true;
            events.accept(ClientEvents.opened(writer.sequence()));
        }
        if (publisher.failure() != null) {
            reportFailure();
        } else {
            reportSegments(trickle.counters());
        }
    }

    private void reportFailure() {
        if (!failureReported) {
            failureReported = true;
            events.accept(ClientEvents.error(ConformReasons.of(publisher.failure())));
        }
    }

    private void reportSegments(final Map<String, Long> counters) {
        for (; stored < counters.get("segments_confirmed") && !pending.isEmpty(); stored++) {
            events.accept(ClientEvents.stored(pending.poll().sequence()));
        }
        final long lostNow = counters.entrySet().stream()
            .filter(each -> each.getKey().startsWith("segments_lost_")).mapToLong(Map.Entry::getValue).sum();
        for (; lost < lostNow && !pending.isEmpty(); lost++) {
            events.accept(ClientEvents.failed(pending.poll().sequence()));
        }
    }
}
