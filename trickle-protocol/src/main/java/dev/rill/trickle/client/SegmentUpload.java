package dev.rill.trickle.client;

import dev.rill.trickle.EndReason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayDeque;

/**
 * The POST of one segment. Event loop only, except {@link #isRefusing()} and {@link #number()}.
 * <p>
 * Opened ahead of time with its head on the wire (I-40). As long as certainly no byte of it was stored the same number
 * is tried again, with the bytes that were kept; otherwise a broken connection loses the segment (I-45).
 */
final class SegmentUpload implements Exchange {
    private final Publication publication;
    private final long index;
    private final Backoff backoff;
    private final ArrayDeque<ByteBuf> pending = new ArrayDeque<>();
    private final RetryBuffer kept;
    private HttpStream connection;
    private boolean begun;
    private boolean completed;
    private boolean ended;
    private boolean wroteBody;
    private boolean headTaken;
    private boolean posted;
    private boolean done;
    private boolean answered;
    private long connectedNs;
    private long progressNs;
    private int unflushedWrites;
    private volatile boolean refusing;

    SegmentUpload(final Publication publication, final long index, final Backoff backoff,
        final int maxRetryBytes) {
        this.publication = publication;
        this.kept = new RetryBuffer(maxRetryBytes);
        this.index = index;
        this.backoff = backoff;
    }

    /** Number of the segment, or -1 while the peer has not told where the channel stands. Any thread. */
    long number() {
        final long first = publication.firstNumber();
        return first < 0 ? -1 : first + index;
    }

    /** True on the first segment of the publisher. */
    boolean isFirst() {
        return index == 0;
    }

    /** Whether this segment takes no more bytes although nobody ended it here. Any thread. */
    boolean isRefusing() {
        return refusing;
    }

    boolean isDone() {
        return done;
    }

    boolean isBegun() {
        return begun;
    }

    boolean isCompleted() {
        return completed;
    }

    /** The application has begun this segment. */
    void begin() {
        begun = true;
        if (done) {
            publication.onLost(this, ClientCounter.SEGMENTS_LOST_REFUSED);
        }
    }

    /** One chunk of the body; transferred. */
    void append(final ByteBuf chunk) {
        if (done) {
            drop(chunk);
        } else if (isWaiting()) {
            pending.addLast(chunk);
        } else {
            write(chunk);
        }
    }

    /** The body is over. */
    void complete() {
        completed = true;
        if (!done && !isWaiting()) {
            writeEnd();
        }
    }

    /**
     * Writes what has waited, if it may go now. A byte of this segment moves the peer's pointer, so it does not
     * overtake the head of an earlier one on another connection: readers of that one would be told that it is too
     * late.
     */
    void writeWaiting() {
        if (done || isWaiting()) {
            return;
        }
        for (ByteBuf chunk = pending.pollFirst(); chunk != null; chunk = pending.pollFirst()) {
            write(chunk);
        }
        if (completed) {
            writeEnd();
        }
        connection.flush();
    }

    private boolean isWaiting() {
        return connection == null || !publication.isPostedBefore(this);
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    /** Gives up whatever state this is in: nothing is heard of it any more. */
    void giveUp() {
        done = true;
        refusing = true;
        kept.release();
        for (ByteBuf chunk = pending.pollFirst(); chunk != null; chunk = pending.pollFirst()) {
            drop(chunk);
        }
        if (connection != null) {
            connection.cancel();
            connection = null;
        }
    }

    /** Whether a head went out at least once, so that the peer may know the segment. */
    boolean isPosted() {
        return posted;
    }

    /** Fails the segment when the peer neither takes nor answers what it was sent. */
    void checkProgress(final long nowNs, final long stallTimeoutNs, final long confirmTimeoutNs) {
        if (done || connection == null || answered) {
            return;
        }
        final long waitedNs = nowNs - progressNs;
        if (unflushedWrites > 0 ? waitedNs > stallTimeoutNs : completed && waitedNs > confirmTimeoutNs) {
            connection.cancelDead();
            connection = null;
            lose(ClientCounter.SEGMENTS_LOST_STALLED);
        }
    }

    @Override
    public void onConnected(final HttpStream established) {
        if (done) {
            established.cancel();
            return;
        }
        connection = established;
        posted = true;
        connectedNs = publication.nanoTime();
        progressNs = connectedNs;
        established.head(publication.requestHead(this), false).addListener(
            written -> headTaken |= written.isSuccess() && connection == established);
        ended = false;
        writeWaiting();
        established.flush();
        publication.onPosted();
    }

    @Override
    public void onHead(final HttpResponse head) {
        answered = true;
        final int status = head.status().code();
        if (status == 200) {
            onAccepted(head.headers().contains(Wire.CLOSED));
        } else if (Wire.isFinal(status)) {
            publication.onFinalStatus(status);
        } else if (!wroteBody || Wire.isBusy(status) && kept.isWhole()) {
            giveUpConnection();
            tryAgain();
        } else {
            lose(ClientCounter.SEGMENTS_LOST_REFUSED);
        }
    }

    @Override
    public void onBody(final ByteBuf bytes) {
    }

    @Override
    public void onEnd() {
        connection = null;
    }

    @Override
    public void onLost(final Throwable cause) {
        connection = null;
        if (done) {
            return;
        }
        if (Tls.isDistrust(cause)) {
            publication.fail(EndReason.NOT_TRUSTED);
        } else if (!wroteBody || isCertainlyNotStored(cause) && kept.isWhole()) {
            tryAgain();
        } else {
            lose(ClientCounter.SEGMENTS_LOST_CONNECTION);
        }
    }

    /** Bytes go out after the head, so none has where that was not taken. */
    private boolean isCertainlyNotStored(final Throwable cause) {
        return !headTaken || cause instanceof NotProcessedException;
    }

    /** The closed marker says that the channel ended before it had a byte of this segment, whatever was sent since. */
    private void onAccepted(final boolean closedMarker) {
        if (closedMarker) {
            publication.onChannelClosed();
        } else if (completed) {
            done = true;
            kept.release();
            publication.onConfirmed(this);
        } else {
            lose(ClientCounter.SEGMENTS_LOST_REFUSED);
        }
    }

    /** The peer's side of this segment is over or unusable. One that was not begun yet is counted when it is. */
    private void lose(final ClientCounter reason) {
        final boolean drop = wroteBody && reason != ClientCounter.SEGMENTS_LOST_REFUSED;
        giveUp();
        if (begun) {
            publication.onLost(this, reason);
        }
        if (drop) {
            publication.dropSegment(number());
        }
    }

    private void tryAgain() {
        final long nowNs = publication.nanoTime();
        if (posted && nowNs - connectedNs > publication.longLivedNs()) {
            backoff.reset();
        }
        answered = false;
        wroteBody = false;
        headTaken = false;
        publication.onSent(-kept.drainTo(pending));
        publication.tryAgain(this, backoff.nextDelayNs(nowNs));
    }

    private void giveUpConnection() {
        connection.cancel();
        connection = null;
    }

    private void write(final ByteBuf chunk) {
        final int length = chunk.readableBytes();
        wroteBody = true;
        if (unflushedWrites++ == 0) {
            progressNs = publication.nanoTime();
        }
        kept.keep(chunk);
        connection.body(chunk).addListener(f -> onWritten(length));
    }

    private void onWritten(final int length) {
        unflushedWrites--;
        progressNs = publication.nanoTime();
        publication.onSent(length);
    }

    private void writeEnd() {
        if (!ended) {
            ended = true;
            connection.end();
            progressNs = publication.nanoTime();
        }
    }

    private void drop(final ByteBuf chunk) {
        final int length = chunk.readableBytes();
        chunk.release();
        publication.onSent(length);
    }
}
