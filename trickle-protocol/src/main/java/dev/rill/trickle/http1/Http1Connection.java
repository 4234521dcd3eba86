package dev.rill.trickle.http1;

import dev.rill.trickle.channel.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One connection: takes requests one after the other, hands each to an {@link Exchange}, keeps what was pipelined
 * behind it, and ends the connection as the protocol wants it. Event loop only.
 * <p>
 * A response that is finished before its request is read is followed by a <em>lingering close</em> unless the
 * connection stays open: the output is shut down, the input is read and discarded for a while. An abrupt close might
 * destroy the response in the peer's receive queue.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
    private static final int MAX_PIPELINED_BYTES = 64 << 10;
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
    private boolean http11;
    private boolean requestEnded;
    private boolean responseEnded;
    private boolean keepAlive;
    private boolean lingering;
    private boolean pumping;

    Http1Connection(final HttpServer server) {
        this.server = server;
    }

    // What exchanges use.

    HttpServer server() {
        return server;
    }

    LoopState loopState() {
        return loopState;
    }

    EventLoop loop() {
        return context.channel().eventLoop();
    }

    ChannelHandlerContext context() {
        return context;
    }

    void exchange(final Exchange current) {
        exchange = current;
    }

    boolean isServing(final Exchange current) {
        return exchange == current && !responseEnded && isActive();
    }

    String remoteAddress() {
        return context.channel().remoteAddress() instanceof InetSocketAddress peer
            ? peer.getAddress().getHostAddress() + ":" + peer.getPort() : "unknown";
    }

    boolean isActive() {
        return context.channel().isActive();
    }

    boolean isWritable() {
        return context.channel().isWritable();
    }

    /** Whether the request is a HEAD, whose response has no body. */
    boolean isHead() {
        return head;
    }

    /** Whether the peer understands chunks. */
    boolean isHttp11() {
        return http11;
    }

    /** Whether the response must say that the connection ends with it. */
    boolean isClosing() {
        return !keepAlive || server.isClosing();
    }

    /** Writes without flushing; one reference passes to this method. */
    void write(final ByteBuf bytes) {
        context.write(bytes, context.voidPromise());
    }

    void flush() {
        context.flush();
    }

    /** Runs on the loop of this connection, at once if this is it. False if the loop is gone. */
    boolean onLoop(final Runnable task) {
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

    /** Ends the response; everything of it has been written. */
    void responseEnd(final boolean close) {
        if (responseEnded) {
            return;
        }
        responseEnded = true;
        keepAlive = !close && !isClosing();
        flush();
        if (requestEnded) {
            exchangeEnd();
        } else if (!keepAlive) {
            linger();
        }
        pump();
    }

    /** Hands waiting parts of the body, or the next request, on; called by an exchange that has become ready. */
    void pump() {
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
            context.channel().config().setAutoRead(inboxBytes < MAX_PIPELINED_BYTES);
        }
    }

    // Events.

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
        server.counters().increment(Counter.CONNECTIONS_ACCEPTED);
        loopState = server.loopState(loop());
        stallWatch = new StallWatch(server, context.channel());
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        if (lingering) {
            ReferenceCountUtil.release(message);
            return;
        }
        final HttpObject object = (HttpObject) message;
        inbox.add(object);
        inboxBytes += weight(object);
        pump();
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        if (!isWritable()) {
            stallWatch.onUnwritable();
        } else if (exchange != null && !responseEnded) {
            exchange.poll();
        }
        pump();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        lingering = true;
        releaseInbox();
        final Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.onInactive();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        server.connectionFailed(cause);
        ctx.close();
    }

    private boolean isReady() {
        if (lingering) {
            return true;
        }
        if (exchange == null) {
            // A peer that asks on without reading the answers is not served further until it does.
            return isWritable();
        }
        return !requestEnded && (responseEnded || exchange.wantsContent());
    }

    private void handle(final HttpObject object) {
        if (lingering) {
            ReferenceCountUtil.release(object);
        } else if (object.decoderResult().isFailure()) {
            refuse(object, object.decoderResult().cause());
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
        if (request.protocolVersion().majorVersion() != 1) {
            server.counters().increment(Counter.REQUESTS_MALFORMED);
            keepAlive = false;
            Responses.text(this, 505, "HTTP version not supported\n", true);
            return;
        }
        http11 = HttpVersion.HTTP_1_1.equals(request.protocolVersion());
        keepAlive = http11 && HttpUtil.isKeepAlive(request);
        server.dispatcher().dispatch(this, request);
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
        if (!keepAlive) {
            lingering = true;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** A request that is not HTTP: one answer if none has begun, then the end of the connection. */
    private void refuse(final HttpObject object, final Throwable cause) {
        ReferenceCountUtil.release(object);
        final boolean midway = exchange != null;
        if (midway) {
            context.close();
            return;
        }
        final boolean line = cause instanceof TooLongHttpLineException;
        final boolean fields = cause instanceof TooLongHttpHeaderException;
        server.counters().increment(line || fields ? Counter.HEADS_REFUSED : Counter.REQUESTS_MALFORMED);
        requestEnded = false;
        responseEnded = false;
        exchange = Exchange.DISCARD;
        head = false;
        if (line || fields) {
            Responses.text(this, line ? 414 : 431, "Request head too long\n", true);
        } else {
            Responses.text(this, 400, "Malformed request\n", true);
        }
    }

    private void linger() {
        lingering = true;
        releaseInbox();
        context.channel().config().setAutoRead(true);
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (context.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
                duplex.shutdownOutput();
            }
        });
        loop().schedule(() -> context.close(), server.connectionLingerNs(), TimeUnit.NANOSECONDS);
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
}
