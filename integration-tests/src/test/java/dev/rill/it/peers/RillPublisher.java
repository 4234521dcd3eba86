package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.fail;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Rill's publisher. */
final class RillPublisher implements PeerPublisher {
    private static final int PIECE = 64 << 10;

    private final HttpTrickle trickle;
    private final TricklePublisher publisher;
    private final Random source;
    private SegmentWriter open;
    private Digest digest;

    private RillPublisher(final HttpTrickle trickle, final TricklePublisher publisher, final long seed) {
        this.trickle = trickle;
        this.publisher = publisher;
        source = new Random(seed);
    }

    /** Begins at 0; closes the carriage when it is closed. */
    static RillPublisher start(final HttpTrickle trickle, final String channel, final long seed) {
        return new RillPublisher(trickle, trickle.publish(channel), seed);
    }

    /** Begins where the last publisher left the channel; closes the carriage when it is closed. */
    static RillPublisher resume(final HttpTrickle trickle, final String channel, final long seed) {
        return new RillPublisher(trickle, trickle.resume(channel, "video/mp2t"), seed);
    }

    @Override
    public Sent publish(final long bytes) {
        begin(bytes);
        return end();
    }

    @Override
    public long begin(final long bytes) {
        open = publisher.beginSegment();
        digest = new Digest();
        for (long left = bytes; left > 0; left -= PIECE) {
            final byte[] piece = new byte[(int) Math.min(left, PIECE)];
            source.nextBytes(piece);
            digest.add(piece);
            write(ByteBuffer.wrap(piece));
        }
        return open.sequence();
    }

    @Override
    public Sent end() {
        open.complete();
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PeerProcess.DEADLINE_MS);
        while (publisher.unconfirmedSegments() > 0 && publisher.failure() == null) {
            pause(deadlineNs, "confirmation of segment " + open.sequence());
        }
        final long sequence = open.sequence();
        open = null;
        return new Sent(sequence, digest.length(), digest.hex(), outcome(publisher.failure()));
    }

    @Override
    public long drop() {
        final SegmentWriter dropped = open == null ? publisher.beginSegment() : open;
        final long sequence = dropped.sequence();
        dropped.abort();
        open = null;
        return sequence;
    }

    @Override
    public void finish() {
        publisher.close();
    }

    @Override
    public void close() {
        trickle.close();
    }

    private void write(final ByteBuffer piece) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PeerProcess.DEADLINE_MS);
        while (open.offer(piece) == SegmentWriter.BACK_PRESSURED) {
            pause(deadlineNs, "room for segment " + open.sequence());
        }
    }

    private void pause(final long deadlineNs, final String awaited) {
        if (System.nanoTime() - deadlineNs > 0) {
            fail("no %s; %s", awaited, trickle.counters());
        }
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
    }

    private static String outcome(final EndReason failure) {
        if (failure == null) {
            return Sent.STORED;
        }
        return switch (failure) {
            case CHANNEL_CLOSED -> Sent.CHANNEL_CLOSED;
            case CHANNEL_NOT_FOUND -> Sent.CHANNEL_NOT_FOUND;
            default -> failure.toString();
        };
    }
}
