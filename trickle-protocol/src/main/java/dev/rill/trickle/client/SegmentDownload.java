package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayDeque;

/**
 * The GET of one segment. Event loop only.
 * <p>
 * Asked for ahead of time, it may be answered while the segment before it is still being read: then it is held, its
 * socket no longer read, and the few bytes that came with the head wait here until {@link #deliver}.
 */
final class SegmentDownload implements Exchange {
    private enum State {
        ASKED, HELD, DELIVERING, DISCARDING, OVER
    }

    private final Subscription subscription;
    private final long wanted;
    private final long askedNs;
    private final boolean repeated;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(4);
    private State state = State.ASKED;
    private HttpStream connection;
    private HttpResponse head;
    private boolean ended;
    private boolean intact;
    private boolean sawBytes;

    /**
     * @param repeated whether the segment was read in part before.
     */
    SegmentDownload(final Subscription subscription, final long wanted, final long askedNs, final boolean repeated) {
        this.subscription = subscription;
        this.wanted = wanted;
        this.askedNs = askedNs;
        this.repeated = repeated;
    }

    /** The number as it was asked for, {@code -1} and {@code -2} included. */
    long wanted() {
        return wanted;
    }

    long askedNs() {
        return askedNs;
    }

    boolean isRepeated() {
        return repeated;
    }

    HttpResponse head() {
        return head;
    }

    boolean isHeld() {
        return state == State.HELD;
    }

    /** Whether the body has had bytes. */
    boolean sawBytes() {
        return sawBytes;
    }

    /** Keeps what comes until {@link #deliver}. */
    void hold() {
        state = State.HELD;
        connection.reading(false);
    }

    /** Reads the rest of the answer to its end without looking at it. */
    void discard() {
        state = State.DISCARDING;
    }

    /** Passes on what was held, and from now on everything as it comes. */
    void deliver() {
        state = State.DELIVERING;
        for (ByteBuf bytes = held.pollFirst(); bytes != null; bytes = held.pollFirst()) {
            subscription.onBytes(bytes);
        }
        if (ended) {
            over();
        } else {
            connection.reading(!subscription.isFull());
        }
    }

    void reading(final boolean on) {
        if (connection != null) {
            connection.reading(on);
        }
    }

    /** Gives the request up; nothing is heard of it any more. */
    void cancel() {
        state = State.OVER;
        releaseHeld();
        if (connection != null) {
            connection.cancel();
            connection = null;
        }
    }

    @Override
    public void onConnected(final HttpStream established) {
        if (state == State.OVER) {
            established.cancel();
            return;
        }
        connection = established;
        established.head(subscription.requestHead(wanted), true);
        established.flush();
    }

    @Override
    public void onHead(final HttpResponse arrived) {
        head = arrived;
        subscription.onHead(this);
    }

    @Override
    public void onBody(final ByteBuf bytes) {
        if (state == State.DELIVERING) {
            sawBytes = true;
            subscription.onBytes(bytes.retain());
            if (subscription.isFull() && connection.reading(false)) {
                subscription.onPaused();
            }
        } else if (state == State.HELD) {
            sawBytes = true;
            held.addLast(bytes.retain());
        }
    }

    @Override
    public void onEnd() {
        connection = null;
        onBodyOver(true);
    }

    @Override
    public void onLost(final Throwable cause) {
        connection = null;
        if (state == State.ASKED) {
            state = State.OVER;
            subscription.onUnanswered(this, cause);
        } else {
            onBodyOver(false);
        }
    }

    private void onBodyOver(final boolean cleanly) {
        ended = true;
        intact = cleanly;
        if (state == State.DELIVERING) {
            over();
        }
    }

    private void over() {
        state = State.OVER;
        subscription.onSegmentOver(this, intact);
    }

    private void releaseHeld() {
        for (ByteBuf bytes = held.pollFirst(); bytes != null; bytes = held.pollFirst()) {
            bytes.release();
        }
    }
}
