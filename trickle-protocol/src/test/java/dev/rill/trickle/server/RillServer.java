package dev.rill.trickle.server;

import dev.rill.conform.server.LocalApi;
import dev.rill.conform.server.LocalRead;
import dev.rill.conform.server.RunningServer;
import dev.rill.conform.wire.Endpoint;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A server of this module with its in-process carriage, for the conformance kit. */
public final class RillServer implements RunningServer, LocalApi {
    private static final long ABSENT_AFTER_MS = 200;

    private final TrickleServer server;
    private final Trickle local;
    private final Map<String, TricklePublisher> publishers = new ConcurrentHashMap<>();

    RillServer(final TrickleServer server) {
        this.server = server;
        this.local = server.local();
    }

    @Override
    public Endpoint endpoint() {
        return Endpoint.of(server.baseUri());
    }

    @Override
    public LocalApi local() {
        return this;
    }

    @Override
    public void close() {
        local.close();
        server.close();
    }

    /** Every counter of the server. */
    public Map<String, Long> counters() {
        return server.channels().counters();
    }

    @Override
    public String createChannel(final String channel, final String contentType) {
        server.channels().create(channel, contentType);
        return OK;
    }

    @Override
    public String write(final String channel, final String text) {
        final TricklePublisher publisher = publishers.computeIfAbsent(channel, local::publish);
        if (publisher.failure() == EndReason.CHANNEL_NOT_FOUND) {
            return STREAM_NOT_FOUND;
        }
        final SegmentWriter writer = publisher.beginSegment();
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        final int taken = writer.offer(bytes);
        writer.complete();
        return taken >= 0 && !bytes.hasRemaining() ? OK : "error:refused with " + taken;
    }

    @Override
    public LocalRead read(final String channel, final long sequence) {
        final CollectingHandler handler = new CollectingHandler();
        // An in-process reader waits for a number that is ahead: no sign of it for a while counts as not found.
        final long deadlineNs = System.nanoTime() + ABSENT_AFTER_MS * 1_000_000;
        try (TrickleSubscriber subscriber = local.subscribe(channel, sequence)) {
            Await.until(() -> "segment " + sequence + " not ended", () -> {
                subscriber.poll(handler, 16);
                return handler.ends > 0 || subscriber.isEnded()
                    || handler.begins == 0 && System.nanoTime() > deadlineNs;
            });
        }
        if (handler.ends > 0) {
            return LocalRead.ok(
                handler.text(), handler.lastSequence, server.channels().nextSequence(channel), handler.contentType);
        }
        return LocalRead.error(
            handler.endReason == EndReason.CHANNEL_NOT_FOUND ? STREAM_NOT_FOUND : SEQ_NOT_FOUND);
    }
}
