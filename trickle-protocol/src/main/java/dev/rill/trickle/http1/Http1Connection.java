package dev.rill.trickle.http1;

import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.server.ChunkLine;
import dev.rill.trickle.server.Deadline;
import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.ResponseHead;
import dev.rill.trickle.server.Responses;
import dev.rill.trickle.server.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.concurrent.TimeUnit;

/**
 * One connection of HTTP/1.1, ended as the protocol wants it. Event loop only.
 * <p>
 * A response that is finished before its request is read is followed by a <em>lingering close</em> unless the
 * connection stays open: the output is shut down, the input is read and discarded for a while. An abrupt close might
 * destroy the response in the peer's receive queue.
 */
public final class Http1Connection extends ServerStream {
    /** A body up to this length leaves in the buffer of its head. */
    private static final int SHORT_BODY = 1 << 10;
    private static final String MALFORMED = "Malformed request\n";

    private final Http1Head head = new Http1Head();
    private final RequestDecoder decoder;
    private Deadline headDeadline;
    private Deadline idleDeadline;
    private ByteBuf pendingHead;
    private boolean bodyStarted;
    private boolean http11;
    private boolean keepAlive;

    Http1Connection(final HttpServer server, final RequestDecoder decoder) {
        super(server);
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        super.handlerAdded(ctx);
        headDeadline = server().headDeadline(ctx.channel(), this::onHeadOverdue);
        idleDeadline = server().idleDeadline(ctx.channel(), ctx::close);
    }

    @Override
    protected ResponseHead begin(final int status) {
        return head.begin(context().alloc(), status);
    }

    @Override
    protected void respond(final ResponseHead begun, final byte[] body, final boolean close) {
        head.putLength(body.length);
        send(body, close);
    }

    @Override
    protected void respondWithoutBody(final ResponseHead begun) {
        send(NO_BODY, false);
    }

    private void send(final byte[] body, final boolean close) {
        final ByteBuf out = head.end(close || isClosing());
        final boolean apart = body.length > SHORT_BODY;
        if (!isHead() && !apart) {
            out.writeBytes(body);
        }
        write(out);
        if (!isHead() && apart) {
            write(Unpooled.wrappedBuffer(body));
        }
        responseEnd(close);
    }

    @Override
    protected void startBody(final ResponseHead begun) {
        if (http11) {
            head.putChunked();
        }
        bodyStarted = true;
        pendingHead = head.end(isClosing());
        if (isHead()) {
            writePendingHead();
            responseEnd(!http11);
        }
    }

    @Override
    protected void startChunk(final int length, final ChunkLine line) {
        if (pendingHead == null) {
            if (http11) {
                write(line.retained(length, context().alloc()));
            }
            return;
        }
        if (http11) {
            ChunkLine.put(pendingHead, length);
        }
        writePendingHead();
    }

    @Override
    protected void data(final ByteBuf slice) {
        write(slice);
    }

    @Override
    protected void endChunk() {
        if (http11) {
            write(Framing.chunkEnd());
        }
    }

    @Override
    protected void endBody() {
        if (pendingHead != null) {
            writePendingHead();
        }
        if (http11) {
            write(Framing.lastChunk());
        }
        responseEnd(!http11);
    }

    @Override
    protected boolean isProvisionalAllowed() {
        return http11;
    }

    @Override
    protected void provisional(final int status) {
        write(head.begin(context().alloc(), status).end(false));
        context().flush();
    }

    @Override
    protected void onResponseEnd(final boolean close) {
        keepAlive = !close && !isClosing();
        if (keepAlive) {
            idleDeadline.begin();
        }
    }

    @Override
    protected void onAnsweredEarly() {
        if (!keepAlive) {
            linger();
        }
    }

    @Override
    protected void onExchangeEnd() {
        if (keepAlive) {
            watchHead();
        } else {
            closeOnceWritten();
        }
    }

    @Override
    protected boolean admit(final HttpRequest request) {
        bodyStarted = false;
        idleDeadline.end();
        headDeadline.end();
        final int refusal = RequestRules.refusal(request);
        if (refusal != RequestRules.FINE) {
            refuse(refusal, MALFORMED);
            return false;
        }
        http11 = request.protocolVersion().minorVersion() > 0;
        keepAlive = http11 && HttpUtil.isKeepAlive(request);
        return true;
    }

    /** One answer if none has begun, then the end of the connection. */
    @Override
    protected void refuse(final Throwable cause, final boolean midway) {
        if (midway) {
            refuseBody(400, MALFORMED);
            return;
        }
        final boolean line = cause instanceof TooLongHttpLineException;
        final boolean fields = cause instanceof TooLongHttpHeaderException;
        if (line || fields) {
            countRefusal(Counter.HEADS_REFUSED);
            beginRefusal();
            Responses.text(this, line ? 414 : 431, "Request head too long\n", true);
        } else {
            refuse(400, MALFORMED);
        }
    }

    private void refuse(final int status, final String text) {
        countRefusal(Counter.REQUESTS_MALFORMED);
        beginRefusal();
        Responses.text(this, status, text, true);
    }

    /** The body of the request that is being served cannot be read to its end. */
    private void refuseBody(final int status, final String text) {
        if (bodyStarted || isAnswered() || isAnswerUnderWay()) {
            context().close();
        } else {
            refuse(status, text);
        }
    }

    private void onHeadOverdue() {
        beginRefusal();
        Responses.text(this, 408, "Request head not complete in time\n", true);
    }

    @Override
    protected void onInputSettled() {
        closeOnceWritten();
    }

    @Override
    protected void onRequestCut() {
        refuseBody(500, "Server error\n");
    }

    private void watchHead() {
        if (isAwaitingRequest() && decoder.isHeadBegun()) {
            idleDeadline.end();
            headDeadline.begin();
        } else {
            headDeadline.end();
        }
    }

    private void closeOnceWritten() {
        discardInput();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    protected Object peer() {
        return context().channel().remoteAddress();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        receive((HttpObject) message);
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext ctx) {
        watchHead();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            endInput();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        headDeadline.cancel();
        idleDeadline.cancel();
        if (pendingHead != null) {
            pendingHead.release();
            pendingHead = null;
        }
        super.channelInactive(ctx);
    }

    private void writePendingHead() {
        final ByteBuf out = pendingHead;
        pendingHead = null;
        write(out);
    }

    private void write(final ByteBuf bytes) {
        onWritten(bytes.readableBytes());
        context().write(bytes, context().voidPromise());
    }

    /** Whether the response must say that the connection ends with it. */
    private boolean isClosing() {
        return !keepAlive || server().isClosing();
    }

    private void linger() {
        discardInput();
        context().channel().config().setAutoRead(true);
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (context().channel() instanceof DuplexChannel duplex && duplex.isActive()) {
                duplex.shutdownOutput();
            }
        });
        loop().schedule(() -> context().close(), server().connectionLingerNs(), TimeUnit.NANOSECONDS);
    }
}
