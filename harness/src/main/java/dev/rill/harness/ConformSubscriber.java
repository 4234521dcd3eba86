package dev.rill.harness;

import dev.rill.conform.JsonObject;
import dev.rill.conform.client.ClientEvents;
import dev.rill.conform.client.ClientTask;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Rill's subscriber as the conformance kit drives it. One thread. */
final class ConformSubscriber implements ConformClient.Role, SegmentHandler {
    private static final int POLL_LIMIT = 64;

    private final Consumer<JsonObject> events;
    private final TrickleSubscriber subscriber;
    private final ByteArrayOutputStream segment = new ByteArrayOutputStream();

    ConformSubscriber(final HttpTrickle trickle, final ClientTask task, final Consumer<JsonObject> events) {
        this.events = events;
        this.subscriber = trickle.subscribe(task.channel(), task.config().number("start"));
    }

    @Override
    public void look() {
        subscriber.poll(this, POLL_LIMIT);
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        segment.reset();
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        final byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        segment.writeBytes(copy);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        if (intact) {
            events.accept(ClientEvents.segment(sequence, segment.toString(StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        events.accept(ClientEvents.gap(from, to));
    }

    @Override
    public void onEnd(final EndReason reason) {
        events.accept(ClientEvents.end(ConformReasons.of(reason)));
    }
}
