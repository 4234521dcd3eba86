package dev.rill.trickle.local;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.Cursor;
import dev.rill.trickle.channel.ReadOpening;
import dev.rill.trickle.channel.Waiter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the channel core: what the handler is shown are views of the blocks that the publisher wrote. Holds the segment
 * being read and its successor, as a subscriber over HTTP does with its two requests; who falls further behind than the
 * window is told the gap and jumps to the pointer.
 */
final class LocalSubscriber implements TrickleSubscriber {
    private static final Logger LOGGER = LoggerFactory.getLogger(LocalSubscriber.class);

    private final Channel channel;
    private final Waiter waiter;
    private final Consumer<LocalSubscriber> onClosed;
    private final UseGuard guard = new UseGuard();
    private volatile Runnable onReadable;
    private volatile boolean ended;
    private Cursor cursor;
    private Cursor successor;
    private long wanted;
    private int epoch;
    private long sequence;
    private boolean begun;

    LocalSubscriber(final Channel channel, final long start, final Consumer<LocalSubscriber> onClosed) {
        this.channel = channel;
        this.onClosed = onClosed;
        this.wanted = start;
        if (channel == null) {
            waiter = null;
            return;
        }
        waiter = new Waiter(channel.engine().counters(), this::fire);
        channel.register(waiter);
        epoch = channel.epoch();
        cursor = open(start).cursor();
        if (cursor != null) {
            wanted = cursor.sequence();
        }
    }

    @Override
    public int poll(final SegmentHandler handler, final int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit + ": expected at least 1");
        }
        if (!guard.enter()) {
            return ended ? 0 : endClosed(handler);
        }
        int events = 0;
        boolean more = true;
        try {
            if (waiter != null) {
                waiter.begin();
            }
            while (events < limit && more && !ended) {
                more = step(handler);
                events += more ? 1 : 0;
            }
        } finally {
            if (guard.exit()) {
                release();
            }
        }
        if (more && !ended) {
            fire();
        }
        return events;
    }

    @Override
    public void onReadable(final Runnable onReadable) {
        this.onReadable = onReadable;
        fire();
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    @Override
    public void close() {
        if (guard.close()) {
            release();
        }
    }

    /** Delivers one event; false if there is none now. */
    private boolean step(final SegmentHandler handler) {
        if (cursor == null) {
            return locate(handler);
        }
        if (!begun) {
            return begin(handler);
        }
        final ByteBuffer bytes = cursor.view(Integer.MAX_VALUE);
        if (bytes != null) {
            handler.onData(cursor.sequence(), bytes);
            return true;
        }
        if (!cursor.isDrained()) {
            return false;
        }
        final long sequence = cursor.sequence();
        final boolean intact = cursor.isIntact();
        advance();
        handler.onSegmentEnd(sequence, intact);
        return true;
    }

    private boolean begin(final SegmentHandler handler) {
        if (cursor.isParked()) {
            return false;
        }
        if (channel.isClosed() && cursor.isTruncated() && cursor.length() == 0) {
            // Parked when the channel closed: not a segment, but there may be remains behind it.
            advance();
            return step(handler);
        }
        begun = true;
        sequence = cursor.sequence();
        successor = open(cursor.sequence() + 1).cursor();
        handler.onSegmentBegin(cursor.sequence(), channel.contentType());
        return true;
    }

    private void advance() {
        wanted = cursor.sequence() + 1;
        cursor.close();
        cursor = successor;
        successor = null;
        begun = false;
    }

    /** Finds the segment to read next when there is no cursor: first, after a gap, after a restart, at the end. */
    private boolean locate(final SegmentHandler handler) {
        if (channel == null) {
            return end(handler, EndReason.CHANNEL_NOT_FOUND) > 0;
        }
        if (wanted > channel.pointer() && epoch == channel.epoch() && !channel.isClosed()) {
            return false;
        }
        final ReadOpening opening = open(wanted);
        switch (opening.outcome()) {
            case OPENED -> {
                cursor = opening.cursor();
                return step(handler);
            }
            case CLOSED -> {
                return wanted >= 0 && opening.oldest() > wanted
                    ? jump(handler, opening.oldest())
                    : end(handler, EndReason.CHANNEL_CLOSED) > 0;
            }
            case OUT_OF_WINDOW -> {
                final boolean restarted = epoch != opening.epoch();
                epoch = opening.epoch();
                return (opening.pointer() > wanted || restarted) && jump(handler, resumption(opening));
            }
            default -> {
                return end(handler, EndReason.PEER_LOST) > 0;
            }
        }
    }

    /** Where reading goes on after a loss: at the live edge, or with the least loss in a lossless channel. */
    private long resumption(final ReadOpening opening) {
        return channel.isLossless() && opening.oldest() > wanted ? opening.oldest() : opening.pointer();
    }

    private boolean jump(final SegmentHandler handler, final long to) {
        final long from = wanted;
        wanted = to;
        if (from < 0 || to < from) {
            // No number was promised, or the numbers have begun again: none is lost.
            return step(handler);
        }
        handler.onGap(from, to);
        return true;
    }

    /** Closed from this side: a segment that has begun ends torn. */
    private int endClosed(final SegmentHandler handler) {
        ended = true;
        final boolean torn = begun;
        begun = false;
        if (torn) {
            handler.onSegmentEnd(sequence, false);
        }
        return end(handler, EndReason.CLOSED) + (torn ? 1 : 0);
    }

    private int end(final SegmentHandler handler, final EndReason reason) {
        ended = true;
        handler.onEnd(reason);
        return 1;
    }

    private ReadOpening open(final long sequence) {
        final ReadOpening opening = new ReadOpening(sequence, true);
        channel.submitAndAwait(opening);
        return opening;
    }

    private void fire() {
        final Runnable wake = onReadable;
        if (wake != null) {
            try {
                wake.run();
            } catch (final RuntimeException e) {
                LOGGER.warn("onReadable of a subscriber failed: {}", channel, e);
            }
        }
    }

    private void release() {
        if (channel != null) {
            channel.unregister(waiter);
        }
        if (cursor != null) {
            cursor.leave();
            cursor = null;
        }
        if (successor != null) {
            successor.leave();
            successor = null;
        }
        onClosed.accept(this);
    }
}
