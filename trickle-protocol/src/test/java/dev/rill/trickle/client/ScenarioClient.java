package dev.rill.trickle.client;

import dev.rill.conform.JsonObject;
import dev.rill.conform.client.ClientEvents;
import dev.rill.conform.client.ClientTask;
import dev.rill.conform.client.ClientUnderTest;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A publisher or a subscriber of this module for the conformance kit; a thread looks at it every few milliseconds. */
final class ScenarioClient implements ClientUnderTest {
    private final HttpTrickle trickle;
    private final Consumer<JsonObject> events;
    private final TricklePublisher publisher;
    private final TrickleSubscriber subscriber;
    private final RecordingHandler handler = new RecordingHandler();
    private SegmentWriter writer;
    private long opened = -1;
    private long confirmed;
    private long lost;
    private boolean failed;
    private int told;
    private boolean closed;

    ScenarioClient(final HttpTrickle trickle, final ClientTask task, final Consumer<JsonObject> events) {
        this.trickle = trickle;
        this.events = events;
        if (task.isPublisher()) {
            subscriber = null;
            publisher = task.isResume()
                ? trickle.resume(task.channel(), "video/MP2T") : trickle.publish(task.channel());
        } else {
            publisher = null;
            subscriber = trickle.subscribe(task.channel(), task.config().number("start"));
        }
        final Thread thread = new Thread(this::lookUntilClosed, "scenario-client");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void openSegment() {
        writer = publisher.beginSegment();
    }

    @Override
    public synchronized void write(final String text) {
        writer.offer(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    public synchronized void closeSegment() {
        writer.complete();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        trickle.close();
    }

    private void lookUntilClosed() {
        while (look()) {
            Await.pause(2);
        }
    }

    private synchronized boolean look() {
        if (closed) {
            return false;
        }
        if (publisher == null) {
            subscriber.poll(handler, 64);
            for (; told < handler.log().size(); told++) {
                tell(handler.log().get(told).split(" "));
            }
        } else {
            lookAtPublisher();
        }
        return true;
    }

    private void tell(final String[] entry) {
        switch (entry[0]) {
            case "end" -> events.accept(ClientEvents.segment(
                Long.parseLong(entry[1]),
                new String(handler.segments().get(Long.parseLong(entry[1])), StandardCharsets.ISO_8859_1)));
            case "gap" -> events.accept(ClientEvents.gap(Long.parseLong(entry[1]), Long.parseLong(entry[2])));
            case "over" -> events.accept(ClientEvents.end(reason(handler.end())));
            default -> { }
        }
    }

    private void lookAtPublisher() {
        if (writer != null && writer.sequence() > opened) {
            opened = writer.sequence();
            events.accept(ClientEvents.opened(opened));
        }
        if (publisher.failure() != null && !failed) {
            failed = true;
            events.accept(ClientEvents.error(reason(publisher.failure())));
        }
        if (trickle.counters().get("segments_confirmed") > confirmed) {
            confirmed++;
            events.accept(ClientEvents.stored(opened));
        }
        if (trickle.counters().get("segments_lost_connection") > lost) {
            lost++;
            events.accept(ClientEvents.failed(opened));
        }
    }

    private static String reason(final EndReason reason) {
        return switch (reason) {
            case CHANNEL_NOT_FOUND -> ClientEvents.CHANNEL_NOT_FOUND;
            case CHANNEL_CLOSED -> ClientEvents.END_OF_STREAM;
            default -> ClientEvents.PEER_LOST;
        };
    }
}
