package dev.rill.trickle.server;

import dev.rill.trickle.channel.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/**
 * Takes requests one after the other, hands each to an {@link Exchange}, and keeps what has arrived and is not wanted
 * yet. How a response looks on the wire, and what its end means for the connection, is for the carriage: HTTP/1.1 has
 * one of these per connection, HTTP/2 one per stream. Event loop only.
 * <p>
 * A response is either whole ({@link #respond}) or a body of unknown length: {@link #startBody}, then any number of
 * {@link #startChunk}, {@link #data}, {@link #endChunk}, then {@link #endBody}. Nothing leaves before {@link #flush}
 * or {@link #responseEnd}.
 */
public abstract class ServerStream extends ChannelInboundHandlerAdapter {
    /** The empty body. */
    protected static final byte[] NO_BODY = {};

    private static final int MAX_WAITING_BYTES = 64 << 10;
    private static final int OBJECT_BYTES = 64;
    /** What a header field weighs beside its text. */
    private static final int FIELD_BYTES = 100;

    private final HttpServer server;
    private final ArrayDeque<HttpObject> inbox = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private LoopState loopState;
    private StallWatch stallWatch;
    private Exchange exchange;
    private long inboxBytes;
    private boolean head;
    private boolean requestEnded;
    private boolean responseEnded;
    private boolean discarding;
    private boolean pumping;
    private boolean inputEnded;

    /**
     * @param server whose channels are served.
     */
    protected ServerStream(final HttpServer server) {
        this.server = server;
    }

    // What exchanges use.

    /** The server that this belongs to. */
    protected final HttpServer server() {
        return server;
    }

    final LoopState loopState() {
        return loopState;
    }

    /** The loop that alone may use this. */
    protected final EventLoop loop() {
        return context.channel().eventLoop();
    }

    /** Context of this handler. */
    protected final ChannelHandlerContext context() {
        return context;
    }

    final void exchange(final Exchange current) {
        exchange = current;
    }

    final boolean isServing(final Exchange current) {
        return exchange == current && !responseEnded && isActive();
    }

    /** Address of the peer as {@code host:port}. */
    final String remoteAddress() {
        return peer() instanceof InetSocketAddress peer
            ? peer.getAddress().getHostAddress() + ":" + peer.getPort() : "unknown";
    }

    final boolean isActive() {
        return context.channel().isActive();
    }

    final boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Whether the request is a HEAD, whose response has no body. */
    protected final boolean isHead() {
        return head;
    }

    /** Runs on the loop of this stream, at once if this is it. False if the loop is gone. */
    final boolean onLoop(final Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
            return true;
        }
        try {
            loop().execute(task);
            return true;
        } catch (final RejectedExecutionException e) {
            return false;
        }
    }

    // Responses.

    /**
     * Begins the head of the response.
     *
     * @param status final.
     * @return to be filled and passed on at once; at most one at a time.
     */
    protected abstract ResponseHead begin(int status);

    /**
     * Sends a whole response and {@linkplain #responseEnd ends} it.
     *
     * @param head  begun by this stream; {@code Content-Length} is added.
     * @param body  left out after a HEAD.
     * @param close whether nothing more is expected of this peer's request.
     */
    protected abstract void respond(ResponseHead head, byte[] body, boolean close);

    /** Sends a response of a status that has neither body nor length, 204 or 304, and ends it. */
    protected abstract void respondWithoutBody(ResponseHead head);

    /** Sends the head of a response whose body will be ended by {@link #endBody}; after a HEAD, all of it. */
    protected abstract void startBody(ResponseHead head);

    /**
     * Begins a chunk.
     *
     * @param length of its data, at least 1.
     * @param line   shared by all who get a chunk of this length now.
     */
    protected abstract void startChunk(int length, ChunkLine line);

    /** A part of the chunk; one reference passes to this method. */
    protected abstract void data(ByteBuf slice);

    /** Ends a chunk. */
    protected abstract void endChunk();

    /** Ends the body and the response. */
    protected abstract void endBody();

    /** Whether the peer of this request understands provisional responses. */
    protected abstract boolean isProvisionalAllowed();

    /** Sends a provisional response, at once. */
    protected abstract void provisional(int status);

    /** The response has ended, unflushed yet; {@code close} as passed to {@link #responseEnd}. */
    protected abstract void onResponseEnd(boolean close);

    /** The response has ended and was flushed while the request is still arriving. */
    protected abstract void onAnsweredEarly();

    /** Request and response have both ended. */
    protected abstract void onExchangeEnd();

    /** Looks at a request's version and wishes; false if it was refused here. */
    protected abstract boolean admit(HttpRequest request);

    /**
     * Something that is not HTTP has arrived.
     *
     * @param cause  what the decoder objects to.
     * @param midway whether a request is being served.
     */
    protected abstract void refuse(Throwable cause, boolean midway);

    /** Address of the peer. */
    protected abstract Object peer();

    /** Bytes of a response were written; tells a peer that takes them from one that does not. */
    protected final void onWritten(final int bytes) {
        stallWatch.onHanded(bytes);
    }

    /** Hands everything that was written to the socket. */
    final void flush() {
        context.flush();
    }

    /**
     * Ends the response; everything of it has been written.
     *
     * @param close whether the connection should end with it, where connections carry one response at a time.
     */
    protected final void responseEnd(final boolean close) {
        if (responseEnded) {
            return;
        }
        responseEnded = true;
        onResponseEnd(close);
        flush();
        stallWatch.watch();
        if (requestEnded) {
            exchangeEnd();
        } else {
            onAnsweredEarly();
        }
        pump();
    }

    /** Hands waiting parts of the body, or the next request, on; called by an exchange that has become ready. */
    protected final void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!inbox.isEmpty() && isReady()) {
                final HttpObject next = inbox.poll();
                inboxBytes -= weight(next);
                handle(next);
            }
        } finally {
            pumping = false;
        }
        if (isActive()) {
            pauseReading(inboxBytes >= MAX_WAITING_BYTES);
        }
        if (inputEnded && inbox.isEmpty() && !discarding) {
            settle();
        }
    }

    /** Whether nothing is being served or waits to be: the peer's turn. */
    protected final boolean isAwaitingRequest() {
        return exchange == null && inbox.isEmpty() && !discarding;
    }

    /** Whether the response of the request that is being served has ended. */
    protected final boolean isAnswered() {
        return responseEnded;
    }

    /** Whether an answer is owed that somebody else will give. */
    protected final boolean isAnswerUnderWay() {
        return exchange == Exchange.DISCARD && !responseEnded;
    }

    /**
     * Nothing more will come from the peer, who may still read. What it has asked for in full is answered, unless that
     * would have to wait for others; what is incomplete is given up.
     */
    protected final void endInput() {
        inputEnded = true;
        pump();
    }

    /** Whether nothing more will come from the peer. */
    final boolean isInputEnded() {
        return inputEnded;
    }

    /** Ends the connection or stream as it is, and lets go of all that waits to be written. */
    protected void abandon() {
        context.close();
    }

    private void settle() {
        if (exchange == null) {
            discardInput();
            onInputSettled();
        } else if (requestEnded) {
            exchange.poll();
        } else {
            onRequestCut();
        }
    }

    /** All that came from a peer that has ended its output is answered. */
    protected void onInputSettled() {
        context.close();
    }

    /** The peer has ended its output within a request. */
    protected void onRequestCut() {
        context.close();
    }

    private void pauseReading(final boolean pause) {
        final ChannelConfig config = context.channel().config();
        if (pause && config.isAutoRead()) {
            server.counters().increment(Counter.CONNECTIONS_PAUSED);
        }
        config.setAutoRead(!pause);
    }

    /** From now on everything that arrives is released unseen. */
    protected final void discardInput() {
        discarding = true;
        releaseInbox();
    }

    /** Begins an exchange that only says no, in place of the one there is. */
    protected final void beginRefusal() {
        final Exchange replaced = exchange;
        requestEnded = false;
        responseEnded = false;
        exchange = Exchange.DISCARD;
        head = false;
        if (replaced != null) {
            replaced.onInactive();
        }
    }

    /** A part of a request has arrived; one reference passes to this method. */
    protected final void receive(final HttpObject object) {
        if (discarding) {
            ReferenceCountUtil.release(object);
            return;
        }
        inbox.add(object);
        inboxBytes += weight(object);
        pump();
    }

    /** The peer is gone, or wants nothing more: releases everything. */
    protected final void release() {
        discardInput();
        final Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.onInactive();
        }
    }

    // Events.

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        context = ctx;
        loopState = server.loopState(ctx.channel().eventLoop());
        stallWatch = new StallWatch(server, ctx.channel(), this::abandon);
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        if (!isWritable()) {
            stallWatch.watch();
        } else if (exchange != null && !responseEnded) {
            exchange.poll();
        }
        pump();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        stallWatch.cancel();
        release();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        server.connectionFailed(cause);
        ctx.close();
    }

    private boolean isReady() {
        if (discarding) {
            return true;
        }
        if (exchange == null) {
            // A peer that asks on without reading the answers is not served further until it does.
            return isWritable();
        }
        return !requestEnded && (responseEnded || exchange.wantsContent());
    }

    private void handle(final HttpObject object) {
        if (discarding) {
            ReferenceCountUtil.release(object);
        } else if (object.decoderResult().isFailure()) {
            refuse(object);
        } else if (object instanceof HttpRequest request) {
            begin(request);
        } else {
            content((HttpContent) object);
        }
    }

    private void begin(final HttpRequest request) {
        requestEnded = false;
        responseEnded = false;
        exchange = Exchange.DISCARD;
        head = HttpMethod.HEAD.equals(request.method());
        if (admit(request)) {
            server.dispatcher().dispatch(this, request);
        }
    }

    private void content(final HttpContent content) {
        final ByteBuf payload = content.content();
        final Exchange current = exchange;
        if (current == null || responseEnded || !payload.isReadable()) {
            payload.release();
        } else {
            current.onContent(payload);
        }
        if (content instanceof LastHttpContent && exchange == current && current != null) {
            requestEnded = true;
            if (responseEnded) {
                exchangeEnd();
            } else {
                current.onRequestEnd();
            }
        }
    }

    private void exchangeEnd() {
        exchange = null;
        onExchangeEnd();
    }

    private void refuse(final HttpObject object) {
        ReferenceCountUtil.release(object);
        refuse(object.decoderResult().cause(), exchange != null);
    }

    private void releaseInbox() {
        HttpObject object = inbox.poll();
        while (object != null) {
            ReferenceCountUtil.release(object);
            object = inbox.poll();
        }
        inboxBytes = 0;
    }

    private static long weight(final HttpObject object) {
        if (object instanceof HttpRequest request) {
            long bytes = OBJECT_BYTES + request.uri().length();
            for (final Map.Entry<String, String> field : request.headers()) {
                bytes += FIELD_BYTES + field.getKey().length() + field.getValue().length();
            }
            return bytes;
        }
        return OBJECT_BYTES + (object instanceof HttpContent content ? content.content().readableBytes() : 0);
    }

    /** Counts a request that was refused before it reached an exchange. */
    protected final void countRefusal(final Counter reason) {
        server.counters().increment(reason);
    }
}
