package dev.rill.trickle.client;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.Trickle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Follows a channel: the state machine of a subscriber on its event loop (sections 4.3 and 8.2 of the wire
 * specification, I-41 to I-43, I-47, I-48). Event loop only.
 * <p>
 * At most two requests are under way: {@code current}, whose segment is being delivered, and {@code ahead}, the one
 * after it, sent as soon as the head of {@code current} has arrived. Where an answer to {@code ahead} ends the
 * subscription or reports a gap, that is told after {@code current} has ended.
 */
final class Subscription {
    private static final long SPACING_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long BEHIND_INITIAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long BEHIND_MAX_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long NOT_FOUND_MAX_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int UNKNOWN = -1;

    private final Transport transport;
    private final EventLoop loop;
    private final Connections connections;
    private final NanoClock clock;
    private final GapPolicy gapPolicy;
    private final boolean rereadTorn;
    private final long longLivedNs;
    private final String target;
    private final EventQueue events;
    private final Backoff networkBackoff;
    private final Backoff behindBackoff;
    private final Backoff notFoundBackoff;
    private SegmentDownload current;
    private SegmentDownload ahead;
    private SegmentDownload repeat;
    private Future<?> timer;
    private EndReason endReason;
    private long expected = UNKNOWN;
    private long lastAskedNs;
    private boolean sawSegment;
    private int fruitless;
    private boolean over;

    Subscription(final Transport transport, final EventLoop loop, final String target, final EventQueue events) {
        final HttpTrickleContext context = transport.context();
        this.transport = transport;
        this.loop = loop;
        this.connections = new Connections(transport, loop);
        this.clock = context.nanoClock();
        this.gapPolicy = context.gapPolicy();
        this.rereadTorn = context.rereadTorn();
        this.longLivedNs = context.backoffMaxNs();
        this.target = target;
        this.events = events;
        networkBackoff = new Backoff(context.backoffInitialNs(), context.backoffMaxNs(), context.retryBudgetNs());
        behindBackoff = new Backoff(BEHIND_INITIAL_NS, BEHIND_MAX_NS, context.restartAcceptNs());
        notFoundBackoff = new Backoff(context.backoffInitialNs(),
            Math.max(context.backoffInitialNs(), NOT_FOUND_MAX_NS), context.notFoundRetryNs());
    }

    /** Asks for the first segment. */
    void start(final long first) {
        expected = first >= 0 ? first : UNKNOWN;
        ask(first);
    }

    /** Ends everything without telling the consumer. */
    void cancel() {
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
        if (current != null) {
            current.cancel();
        }
        if (ahead != null) {
            ahead.cancel();
        }
        if (repeat != null) {
            repeat.cancel();
        }
        connections.close();
    }

    /** The consumer has room again. */
    void onRoom() {
        if (!over) {
            if (current != null) {
                current.reading(!isFull());
            } else {
                advance();
            }
        }
    }

    boolean isFull() {
        return events.isFull();
    }

    RequestHead requestHead(final long number) {
        return transport.origin().request("GET", target + '/' + number);
    }

    /** Bytes of the current segment; transferred. */
    void onBytes(final ByteBuf bytes) {
        transport.counters().add(ClientCounter.RECEIVED_BYTES, bytes.readableBytes());
        events.data(bytes);
    }

    /** A socket is no longer read because the consumer is full. */
    void onPaused() {
        transport.counters().add(ClientCounter.READS_PAUSED, 1);
    }

    /** The request that is ahead, or repeats a torn one, has been answered. */
    void onHead(final SegmentDownload download) {
        if (download == repeat) {
            onRepeated(download);
            return;
        }
        final int status = download.head().status().code();
        final HttpHeaders headers = download.head().headers();
        if (status == 200 && headers.contains(Wire.CLOSED)) {
            end(download, EndReason.CHANNEL_CLOSED);
        } else if (status == 200 && sequence(download) >= 0) {
            onSegment(download);
        } else if (status == Wire.NOT_RETAINED) {
            onNotRetained(download, headers);
        } else if (status == Wire.NOT_FOUND) {
            onNotFound(download, headers.contains(Wire.CLOSED));
        } else if (Wire.isFinal(status)) {
            end(download, Wire.endReason(status));
        } else {
            download.discard();
            retry(download, networkBackoff);
        }
    }

    /** The request found no connection, or lost it before an answer. */
    void onUnanswered(final SegmentDownload download, final Throwable cause) {
        if (download == repeat) {
            repeat = null;
            advance();
            return;
        }
        if (Tls.isDistrust(cause)) {
            end(download, EndReason.NOT_TRUSTED);
            return;
        }
        if (clock.nanoTime() - download.askedNs() > longLivedNs) {
            networkBackoff.reset();
        }
        retry(download, networkBackoff);
    }

    /** The current segment is over. */
    void onSegmentOver(final SegmentDownload download, final boolean intact) {
        events.end(intact);
        transport.counters().add(intact ? ClientCounter.SEGMENTS_RECEIVED : ClientCounter.SEGMENTS_TORN, 1);
        fruitless = download.sawBytes() ? 0 : fruitless + 1;
        current = null;
        if (!intact && rereadTorn && !download.isRepeated()) {
            repeat = new SegmentDownload(this, sequence(download), clock.nanoTime(), true);
            connections.open(repeat);
        }
        advance();
    }

    /** A segment whose connection broke comes once more, or is gone. */
    private void onRepeated(final SegmentDownload download) {
        repeat = null;
        final long number = sequence(download);
        if (download.head().status().code() == 200 && number == download.wanted()) {
            current = download;
            events.begin(number, contentType(download));
            download.deliver();
        } else {
            download.discard();
            advance();
        }
    }

    private void onSegment(final SegmentDownload download) {
        sawSegment = true;
        networkBackoff.reset();
        behindBackoff.reset();
        if (current == null && repeat == null && !isFull()) {
            promote(download);
        } else {
            download.hold();
        }
    }

    private void onNotRetained(final SegmentDownload download, final HttpHeaders headers) {
        download.discard();
        networkBackoff.reset();
        fruitless++;
        transport.counters().add(ClientCounter.READS_NOT_RETAINED, 1);
        final long latest = Wire.number(headers, Wire.LATEST);
        final long wanted = download.wanted();
        if (wanted < 0 || latest >= wanted) {
            behindBackoff.reset();
            askAgain(latest < 0 ? Trickle.NEXT : jump(wanted, latest, Wire.number(headers, Wire.OLDEST)));
        } else {
            onPeerBehind(wanted, latest);
        }
        advance();
    }

    /** The peer's pointer is below what it made us ask for: patience first, then its channel has been restarted. */
    private void onPeerBehind(final long wanted, final long latest) {
        final long delayNs = behindBackoff.nextDelayNs(clock.nanoTime());
        if (delayNs != Backoff.EXHAUSTED) {
            askIn(delayNs, wanted);
        } else {
            behindBackoff.reset();
            expected = UNKNOWN;
            askAgain(latest < 0 ? Trickle.NEXT : latest);
        }
    }

    private long jump(final long wanted, final long latest, final long oldest) {
        final long preferred = gapPolicy == GapPolicy.OLDEST ? catchUp(wanted, latest, oldest)
            : gapPolicy == GapPolicy.CURRENT ? latest - 1 : latest;
        return preferred > wanted && preferred >= 0 ? preferred : latest;
    }

    /** Where older segments are there but not the wanted one, the publisher jumped: to the one being written. */
    private static long catchUp(final long wanted, final long latest, final long oldest) {
        return oldest >= 0 && oldest <= wanted ? latest - 1 : oldest;
    }

    private void onNotFound(final SegmentDownload download, final boolean closedMarker) {
        if (sawSegment || closedMarker) {
            end(download, EndReason.CHANNEL_CLOSED);
            return;
        }
        download.discard();
        networkBackoff.reset();
        final long delayNs = notFoundBackoff.nextDelayNs(clock.nanoTime());
        if (delayNs == Backoff.EXHAUSTED) {
            end(download, EndReason.CHANNEL_NOT_FOUND);
        } else {
            askIn(delayNs, download.wanted());
        }
    }

    private void retry(final SegmentDownload download, final Backoff backoff) {
        final long delayNs = backoff.nextDelayNs(clock.nanoTime());
        if (delayNs == Backoff.EXHAUSTED) {
            end(download, EndReason.PEER_LOST);
        } else {
            transport.counters().add(ClientCounter.REQUESTS_RETRIED, 1);
            askIn(delayNs, download.wanted());
        }
    }

    private void end(final SegmentDownload download, final EndReason reason) {
        download.discard();
        ahead = null;
        endReason = reason;
        advance();
    }

    /** Moves on as far as what has arrived allows, unless a segment is being delivered or the consumer is full. */
    private void advance() {
        if (over || current != null || repeat != null) {
            return;
        }
        if (endReason != null) {
            over = true;
            events.finish(endReason);
            connections.close();
        } else if (ahead != null && ahead.isHeld()) {
            if (!events.isFull()) {
                promote(ahead);
            }
        } else if (ahead != null) {
            reportGap(ahead.wanted());
        }
    }

    private void promote(final SegmentDownload download) {
        final long sequence = sequence(download);
        reportGap(sequence);
        current = download;
        ahead = null;
        expected = sequence + 1;
        events.begin(sequence, contentType(download));
        askAgain(expected, "0".equals(download.head().headers().get(HttpHeaderNames.CONTENT_LENGTH)) ? 1 : 0);
        download.deliver();
    }

    private void reportGap(final long to) {
        if (expected >= 0 && to > expected) {
            transport.counters().add(ClientCounter.SEGMENTS_SKIPPED, to - expected);
            events.gap(expected, to);
            expected = to;
        }
    }

    private long sequence(final SegmentDownload download) {
        final long told = Wire.number(download.head().headers(), Wire.SEQ);
        return told == Wire.ABSENT ? download.wanted() : told;
    }

    private static String contentType(final SegmentDownload download) {
        return download.head().headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    }

    private void askAgain(final long number) {
        askAgain(number, 0);
    }

    /** Asks at once, or a little later where the last two answers or more brought nothing. */
    private void askAgain(final long number, final int emptyNow) {
        final boolean spaced = fruitless + emptyNow > 1;
        askIn(spaced ? lastAskedNs + SPACING_NS - clock.nanoTime() : 0, number);
    }

    private void askIn(final long delayNs, final long number) {
        if (delayNs <= 0) {
            ask(number);
        } else {
            ahead = new SegmentDownload(this, number, clock.nanoTime(), false);
            timer = loop.schedule(() -> ask(number), delayNs, TimeUnit.NANOSECONDS);
        }
    }

    private void ask(final long number) {
        if (!over) {
            lastAskedNs = clock.nanoTime();
            ahead = new SegmentDownload(this, number, lastAskedNs, false);
            connections.open(ahead);
        }
    }
}
