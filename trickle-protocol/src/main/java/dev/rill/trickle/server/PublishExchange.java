package dev.rill.trickle.server;

import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.channel.SegmentAppender;
import dev.rill.trickle.channel.WriteOpening;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

/**
 * One POST of a segment (wire specification, section 1.5). Until its first byte it may be released by whatever closes
 * the segment, and is kept company by provisional responses; from then on its body is read to the end, whatever
 * happens, and answered 200. Where a lossless channel has no room it is not read on until there is some.
 */
final class PublishExchange extends Exchange {
    private final ServerStream stream;
    private final Channel channel;
    private final LoopReaders readers;
    private final Provisionals provisionals;
    private final boolean expectsContinue;
    private SegmentAppender appender;
    private boolean bytesSeen;
    private boolean heldBack;
    private boolean finished;

    private PublishExchange(final ServerStream stream, final Channel channel, final HttpRequest request) {
        this.stream = stream;
        this.channel = channel;
        this.readers = stream.loopState().readers(channel);
        this.provisionals = new Provisionals(stream, 100, stream.server().maxProvisionals(),
            () -> stream.server().counters().increment(Counter.PROVISIONALS_CAPPED));
        this.expectsContinue = HttpUtil.is100ContinueExpected(request);
    }

    /**
     * Begins.
     *
     * @param created whether this request has created the channel, which the changefeed tells before anything else
     *     happens.
     */
    static void start(
        final ServerStream stream, final Channel channel, final long sequence, final HttpRequest request,
        final boolean created) {
        final PublishExchange exchange = new PublishExchange(stream, channel, request);
        final String reset = request.headers().get("Lp-Trickle-Reset");
        final boolean resets = reset != null && !reset.isEmpty();
        final WriteOpening opening = new WriteOpening(sequence, resets, request.headers().get("Content-Type")) {
            @Override
            protected void onApplied() {
                if (!stream.onLoop(() -> exchange.onOpened(appender(), sequence())) && appender() != null) {
                    appender().lost();
                }
            }
        };
        stream.exchange(exchange);
        exchange.readers.add(exchange);
        if (created) {
            stream.server().registry().settle(() -> channel.submit(opening));
        } else {
            channel.submit(opening);
        }
    }

    private void onOpened(final SegmentAppender opened, final long sequence) {
        if (finished) {
            if (opened != null) {
                opened.lost();
            }
            return;
        }
        if (opened == null) {
            // The request found the channel, so its close releases the request.
            finish();
            respond(sequence, 0, true);
            return;
        }
        appender = opened;
        if (appender.isSegmentClosed()) {
            release();
            return;
        }
        if (stream.isProvisionalAllowed()) {
            startProvisionals();
        }
        stream.pump();
    }

    @Override
    boolean wantsContent() {
        heldBack = appender != null && !appender.hasRoom();
        return appender != null && !heldBack;
    }

    @Override
    void onContent(final ByteBuf payload) {
        bytesSeen = true;
        provisionals.stop();
        appender.append(payload);
    }

    @Override
    void onRequestEnd() {
        provisionals.stop();
        final SegmentAppender ended = appender;
        finish();
        ended.complete(() -> stream.onLoop(() -> respond(ended.sequence(), ended.storedBytes(), !bytesSeen)));
    }

    @Override
    void poll() {
        if (!finished && appender != null && !bytesSeen && appender.isSegmentClosed()) {
            release();
        } else if (heldBack) {
            stream.pump();
        }
    }

    @Override
    void fail(final Throwable cause) {
        stream.exceptionCaught(stream.context(), cause);
    }

    @Override
    void onInactive() {
        if (!finished) {
            final SegmentAppender opened = appender;
            finish();
            if (opened != null) {
                opened.lost();
            }
        }
    }

    /** Answers early: the segment was closed before this request brought a byte. */
    private void release() {
        final SegmentAppender opened = appender;
        finish();
        opened.lost();
        respond(opened.sequence(), opened.storedBytes(), true);
    }

    private void respond(final long sequence, final long storedBytes, final boolean close) {
        if (!stream.isActive()) {
            return;
        }
        final ResponseHead head = stream.begin(200);
        if (!bytesSeen && channel.isClosed()) {
            Responses.putClosed(head);
        }
        head.put(Field.SEQ, sequence);
        head.put(Field.SIZE, storedBytes);
        stream.respond(head, ServerStream.NO_BODY, close);
    }

    private void finish() {
        if (!finished) {
            finished = true;
            provisionals.stop();
            readers.remove(this);
        }
    }

    private void startProvisionals() {
        if (expectsContinue) {
            provisionals.send();
        }
        provisionals.start(stream.server().provisionalIntervalNs());
    }
}
