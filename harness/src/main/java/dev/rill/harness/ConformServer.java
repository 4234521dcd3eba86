package dev.rill.harness;

import dev.rill.conform.server.LocalApi;
import dev.rill.conform.server.LocalRead;
import dev.rill.conform.server.RunningServer;
import dev.rill.conform.wire.Endpoint;
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
import java.util.concurrent.locks.LockSupport;

/** Rill's server and its in-process carriage as the conformance kit sees them. */
final class ConformServer implements RunningServer, LocalApi {
    private static final int POLL_LIMIT = 64;
    private static final long IDLE_NS = 200_000L;

    private final TrickleServer server;
    private final Trickle local;
    private final Map<String, TricklePublisher> publishers = new ConcurrentHashMap<>();

    /**
     * @param server closed with this.
     */
    ConformServer(final TrickleServer server) {
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
        final int taken = writer.offer(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        writer.complete();
        return taken >= 0 ? OK : "error:refused with " + taken;
    }

    @Override
    public LocalRead read(final String channel, final long sequence) {
        final OneSegment segment = new OneSegment();
        final long beginNs = System.nanoTime();
        try (TrickleSubscriber subscriber = local.subscribe(channel, sequence)) {
            while (!segment.isOver() && !segment.isLate(System.nanoTime() - beginNs)) {
                if (subscriber.poll(segment, POLL_LIMIT) == 0) {
                    LockSupport.parkNanos(this, IDLE_NS);
                }
            }
        }
        return segment.outcome(server.channels().nextSequence(channel));
    }
}
