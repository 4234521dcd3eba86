package dev.rill.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.LocalTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A channel in this process, a feed that publishes on it, and what a reader sees. */
final class FedChannel implements AutoCloseable, SegmentHandler {
    final List<String> segments = new ArrayList<>();
    final AtomicBoolean cancelled = new AtomicBoolean();
    final SegmentFeed feed;
    private final LocalTrickle trickle =
        LocalTrickle.launch(
            new TrickleServerContext().autocreate(true).maxRetainedSegments(1024).retainedSegments(1024));
    private final TricklePublisher publisher = trickle.publish("ch");
    private final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
    private final StringBuilder segment = new StringBuilder();

    FedChannel() {
        feed = new SegmentFeed(publisher, TimeUnit.SECONDS.toNanos(10), cancelled::get);
    }

    /** Segments that are over, as text. */
    List<String> segments() {
        while (subscriber.poll(this, 64) > 0) {
            Thread.onSpinWait();
        }
        return segments;
    }

    void closeChannel() {
        trickle.channels().close("ch");
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        segment.setLength(0);
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        segment.append(UTF_8.decode(bytes));
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        segments.add(segment.toString());
    }

    @Override
    public void onGap(final long from, final long to) {
        throw new AssertionError("gap from " + from + " to " + to);
    }

    @Override
    public void onEnd(final EndReason reason) {
        segments.add("end");
    }

    @Override
    public void close() {
        trickle.close();
    }
}
