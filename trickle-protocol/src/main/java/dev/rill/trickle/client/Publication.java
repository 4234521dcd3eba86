package dev.rill.trickle.client;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickleContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.agrona.concurrent.NanoClock;

/**
 * Writes a channel: the state machine of a publisher on its event loop (sections 4.1, 4.6, 4.7 and 8.2 of the wire
 * specification, I-40, I-41, I-44 to I-46, I-48). Event loop only, except where a method says any thread.
 */
final class Publication {
    private static final long TICK_MS = 250;
    /** First number of a publisher that asks the peer for it. */
    static final long UNKNOWN = -1;
    private static final int OK = 200;
    private static final int UNKNOWN_ROUTE = 400; // Servers of the older kind have no route to ask for the pointer.

    private final Transport transport;
    private final EventLoop loop;
    private final Connections connections;
    private final NanoClock clock;
    private final HttpTrickleContext context;
    private final String target;
    private final String contentType;
    private final Backoff startBackoff;
    private final Backoff lossBackoff;
    private final AtomicLong unsentBytes = new AtomicLong();
    private final AtomicInteger unconfirmed = new AtomicInteger();
    private final ArrayDeque<SegmentUpload> preconnected = new ArrayDeque<>(2);
    private final ArrayList<SegmentUpload> underWay = new ArrayList<>();
    private SegmentUpload current;
    private Future<?> ticks;
    private Runnable onIdle;
    private boolean over;
    private boolean resetPending;
    private boolean sawConfirmation;
    private volatile long firstNumber;
    private volatile EndReason failure;

    Publication(final Transport transport, final EventLoop loop, final String target, final String contentType,
        final long first, final boolean reset) {
        this.transport = transport;
        this.loop = loop;
        this.connections = new Connections(transport, loop);
        this.context = transport.context();
        this.clock = context.nanoClock();
        this.target = target;
        this.contentType = contentType;
        this.firstNumber = first;
        this.resetPending = reset;
        this.startBackoff = newBackoff();
        this.lossBackoff = newBackoff();
    }

    EventLoop loop() {
        return loop;
    }

    /** A segment that has not been opened yet. Any thread. */
    SegmentUpload newUpload(final long index) {
        return new SegmentUpload(this, index, newBackoff(), context.maxRetryBytes());
    }

    /** Number of the first segment, or -1 while the peer has not told it. Any thread. */
    long firstNumber() {
        return firstNumber;
    }

    /** Why nothing can be published any more, or null. Any thread. */
    EndReason failure() {
        return failure;
    }

    /** Any thread. */
    AtomicInteger unconfirmed() {
        return unconfirmed;
    }

    /** Framed bytes accepted and not yet taken by the socket. Any thread. */
    AtomicLong unsentBytes() {
        return unsentBytes;
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    long longLivedNs() {
        return context.backoffMaxNs();
    }

    void start() {
        ticks = loop.scheduleWithFixedDelay(this::onTick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        if (firstNumber == UNKNOWN) {
            askStart();
        }
    }

    /** Opens a segment ahead of its time. */
    void preconnect(final SegmentUpload upload) {
        preconnected.addLast(upload);
        if (over || failure != null) {
            upload.giveUp();
        } else if (firstNumber != UNKNOWN) {
            connections.open(upload);
        }
    }

    /** The application begins the segment that was preconnected first. */
    void begin() {
        current = preconnected.pollFirst();
        underWay.add(current);
        current.begin();
    }

    /** A chunk of the current segment; transferred. */
    void append(final ByteBuf chunk) {
        current.append(chunk);
    }

    /** The current segment is complete, and was added to {@link #unconfirmed()} by the application's thread. */
    void complete() {
        final SegmentUpload upload = current;
        current = null;
        upload.complete();
        if (upload.isDone()) {
            forget(upload);
        } else {
            upload.flush();
        }
    }

    /** The current segment will not come. */
    void abort() {
        final SegmentUpload upload = current;
        current = null;
        if (!upload.isDone()) {
            upload.giveUp();
            count(ClientCounter.SEGMENTS_LOST_ABORTED);
            if (upload.isPosted()) {
                dropSegment(upload.number());
            }
        }
        forget(upload);
    }

    void flush() {
        if (current != null) {
            current.flush();
        }
    }

    /** Ends the current segment if it is open, then calls back once, when nothing awaits confirmation any more. */
    void finish(final Runnable whenIdle) {
        onIdle = whenIdle;
        if (current != null) {
            unconfirmed.incrementAndGet();
            complete();
        }
        for (final SegmentUpload upload : preconnected) {
            upload.giveUp();
        }
        preconnected.clear();
        checkIdle();
    }

    /** Deletes the channel, then calls back once; at once where the peer has nothing to delete or is gone. */
    void deleteChannel(final Runnable whenDeleted) {
        if (over || failure != null) {
            whenDeleted.run();
        } else {
            call("DELETE", target, (head, cause) -> whenDeleted.run());
        }
    }

    /** Drops everything and closes every connection. Idempotent. */
    void cancel() {
        over = true;
        if (ticks != null) {
            ticks.cancel(false);
        }
        giveUpAll();
        connections.close();
    }

    RequestHead requestHead(final SegmentUpload upload) {
        final RequestHead head = transport.origin().request("POST", target + '/' + upload.number())
            .with("Content-Type", contentType).streamed();
        return upload.isFirst() && resetPending ? head.with(Wire.RESET, "1") : head;
    }

    void onSent(final int framedBytes) {
        unsentBytes.addAndGet(-framedBytes);
    }

    void onConfirmed(final SegmentUpload upload) {
        count(ClientCounter.SEGMENTS_CONFIRMED);
        sawConfirmation = true;
        lossBackoff.reset();
        forget(upload);
    }

    /** A segment that had begun is lost; publishing goes on with the next unless that happens for too long. */
    void onLost(final SegmentUpload upload, final ClientCounter reason) {
        count(reason);
        if (upload.isCompleted()) {
            forget(upload);
        }
        if (failure == null && lossBackoff.nextDelayNs(clock.nanoTime()) == Backoff.EXHAUSTED
            && context.retryBudgetNs() > 0) {
            fail(EndReason.PEER_LOST);
        }
    }

    void onChannelClosed() {
        fail(EndReason.CHANNEL_CLOSED);
    }

    /** Opens the same number on another connection after a pause. */
    void tryAgain(final SegmentUpload upload, final long delayNs) {
        if (delayNs == Backoff.EXHAUSTED) {
            fail(EndReason.PEER_LOST);
            return;
        }
        count(ClientCounter.REQUESTS_RETRIED);
        loop.schedule(() -> {
            if (!upload.isDone() && !over) {
                connections.open(upload);
            }
        }, delayNs, TimeUnit.NANOSECONDS);
    }

    /** Tells the peer that the rest of a segment will not come; nobody waits for the answer. */
    void dropSegment(final long number) {
        if (!over && failure == null) {
            call("DELETE", target + '/' + number, (head, cause) -> { });
        }
    }

    private void askStart() {
        if (!over) {
            call("GET", target + "/next", this::onStart);
        }
    }

    private void onStart(final HttpResponse head, final Throwable cause) {
        final int status = head == null ? 0 : head.status().code();
        if (Tls.isDistrust(cause)) {
            fail(EndReason.NOT_TRUSTED);
        } else if (Wire.isFinal(status)) {
            onFinalStatus(status);
        } else if (status != OK && status != UNKNOWN_ROUTE) {
            final long delayNs = startBackoff.nextDelayNs(clock.nanoTime());
            if (delayNs == Backoff.EXHAUSTED) {
                fail(EndReason.PEER_LOST);
            } else {
                count(ClientCounter.REQUESTS_RETRIED);
                loop.schedule(this::askStart, delayNs, TimeUnit.NANOSECONDS);
            }
        } else {
            final long pointer = Wire.number(head.headers(), Wire.LATEST);
            resetPending = pointer >= 0;
            firstNumber = Math.max(0, pointer);
            openWaiting();
        }
    }

    private void openWaiting() {
        for (final SegmentUpload upload : new ArrayList<>(underWay)) {
            connections.open(upload);
        }
        for (final SegmentUpload upload : new ArrayList<>(preconnected)) {
            connections.open(upload);
        }
    }

    private void onTick() {
        final long nowNs = clock.nanoTime();
        for (final SegmentUpload upload : new ArrayList<>(underWay)) {
            upload.checkProgress(nowNs, context.writeStallTimeoutNs(), context.confirmTimeoutNs());
        }
    }

    /** The peer answered with a final status; a channel that is unknown after it took data has been closed. */
    void onFinalStatus(final int status) {
        final EndReason reason = Wire.endReason(status);
        fail(reason == EndReason.CHANNEL_NOT_FOUND && sawConfirmation ? EndReason.CHANNEL_CLOSED : reason);
    }

    /** Nothing can be published any more. */
    void fail(final EndReason reason) {
        if (failure == null) {
            failure = reason;
            giveUpAll();
            checkIdle();
        }
    }

    private void giveUpAll() {
        for (final SegmentUpload upload : new ArrayList<>(underWay)) {
            if (!upload.isDone()) {
                upload.giveUp();
                count(ClientCounter.SEGMENTS_LOST_CLOSED);
            }
            if (upload != current) {
                forget(upload);
            }
        }
        for (final SegmentUpload upload : preconnected) {
            upload.giveUp();
        }
    }

    /** Whether the peer has been sent the heads of all segments before this one that may still come. */
    boolean isPostedBefore(final SegmentUpload upload) {
        for (final SegmentUpload earlier : underWay) {
            if (earlier == upload) {
                return true;
            }
            if (!earlier.isPosted() && !earlier.isDone()) {
                return false;
            }
        }
        return true;
    }

    /** A head has gone out: what waited for it may follow. */
    void onPosted() {
        for (final SegmentUpload upload : new ArrayList<>(underWay)) {
            upload.writeWaiting();
        }
    }

    private void forget(final SegmentUpload upload) {
        if (underWay.remove(upload)) {
            if (upload.isCompleted()) {
                unconfirmed.decrementAndGet();
            }
            onPosted();
        }
        checkIdle();
    }

    private void checkIdle() {
        if (onIdle != null && underWay.isEmpty()) {
            final Runnable callback = onIdle;
            onIdle = null;
            callback.run();
        }
    }

    private void call(final String method, final String path,
        final BiConsumer<HttpResponse, Throwable> consumer) {
        connections.open(new Call(transport.origin().request(method, path), consumer));
    }

    private void count(final ClientCounter counter) {
        transport.counters().add(counter, 1);
    }

    private Backoff newBackoff() {
        return new Backoff(context.backoffInitialNs(), context.backoffMaxNs(), context.retryBudgetNs());
    }
}
