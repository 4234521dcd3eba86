package dev.rill.trickle.http2;

import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.server.ChunkLine;
import dev.rill.trickle.server.Field;
import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.ResponseHead;
import dev.rill.trickle.server.Responses;
import dev.rill.trickle.server.ServerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * One stream of an HTTP/2 connection: one request, one response. Event loop only.
 * <pre>
 *   whole response         HEADERS [DATA] END_STREAM
 *   body of unknown length HEADERS, DATA as it comes, empty DATA with END_STREAM
 *   early answer           the response with END_STREAM; what still arrives is discarded for a while, then
 *                          RST_STREAM(NO_ERROR); RFC 9113, section 8.1
 * </pre>
 * Whatever happens to a stream, the connection goes on.
 */
final class Http2Stream extends ServerStream {
    private static final Field CONTENT_LENGTH = Field.of("Content-Length");

    private boolean headSeen;
    private boolean endSeen;

    Http2Stream(final HttpServer server) {
        super(server);
    }

    @Override
    protected ResponseHead begin(final int status) {
        return new Http2Head(status);
    }

    @Override
    protected void respond(final ResponseHead head, final byte[] body, final boolean close) {
        head.put(CONTENT_LENGTH, body.length);
        final boolean bodyless = isHead() || body.length == 0;
        writeHead(head, bodyless);
        if (!bodyless) {
            onWritten(body.length);
            write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true));
        }
        responseEnd(close);
    }

    @Override
    protected void respondWithoutBody(final ResponseHead head) {
        writeHead(head, true);
        responseEnd(false);
    }

    @Override
    protected void startBody(final ResponseHead head) {
        writeHead(head, isHead());
        if (isHead()) {
            responseEnd(false);
        }
    }

    @Override
    protected void startChunk(final int length, final ChunkLine line) {
    }

    @Override
    protected void data(final ByteBuf slice) {
        onWritten(slice.readableBytes());
        write(new DefaultHttp2DataFrame(slice, false));
    }

    @Override
    protected void endChunk() {
    }

    @Override
    protected void endBody() {
        write(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
        responseEnd(false);
    }

    @Override
    protected boolean isProvisionalAllowed() {
        return true;
    }

    @Override
    protected void provisional(final int status) {
        writeHead(begin(status), false);
        context().flush();
    }

    @Override
    protected void onResponseEnd(final boolean close) {
    }

    @Override
    protected void onAnsweredEarly() {
        if (!endSeen) {
            discardInput();
            context().channel().config().setAutoRead(true);
            loop().schedule(this::stopRequest, server().connectionLingerNs(), TimeUnit.NANOSECONDS);
        }
    }

    /** What a peer had under way when it was answered has had its time to arrive. */
    private void stopRequest() {
        if (!endSeen && context().channel().isActive()) {
            context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        }
    }

    @Override
    protected void onExchangeEnd() {
    }

    @Override
    protected boolean admit(final HttpRequest request) {
        return true;
    }

    @Override
    protected void refuse(final Throwable cause, final boolean midway) {
        countRefusal(Counter.REQUESTS_MALFORMED);
        context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.PROTOCOL_ERROR));
    }

    @Override
    protected Object peer() {
        return context().channel().parent().remoteAddress();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        if (message instanceof Http2HeadersFrame frame) {
            onHeaders(frame);
        } else if (message instanceof Http2DataFrame frame) {
            endSeen = frame.isEndStream();
            receive(frame.isEndStream()
                ? new DefaultLastHttpContent(frame.content()) : new DefaultHttpContent(frame.content()));
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /** A reset ends its request before whatever the peer has sent behind it; the stream becomes inactive later. */
    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event instanceof Http2ResetFrame) {
            release();
        }
        ctx.fireUserEventTriggered(event);
    }

    /** A breach of the protocol ends the stream with the reason that the codec found. */
    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        final Http2Exception breach = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        if (breach != null) {
            countRefusal(Counter.REQUESTS_MALFORMED);
        }
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(breach == null ? Http2Error.INTERNAL_ERROR : breach.error()));
        super.exceptionCaught(ctx, cause);
    }

    /** Closing alone would leave in the connection what waits for the stream's window. */
    @Override
    protected void abandon() {
        context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        context().close();
    }

    private void onHeaders(final Http2HeadersFrame frame) {
        endSeen = frame.isEndStream();
        if (!headSeen) {
            headSeen = true;
            final HttpRequest request = RequestHeads.of(frame.headers());
            if (request == null) {
                countRefusal(Counter.REQUESTS_MALFORMED);
                beginRefusal();
                Responses.text(this, 400, "Malformed request\n", true);
                return;
            }
            receive(request);
        }
        if (frame.isEndStream()) {
            receive(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void writeHead(final ResponseHead head, final boolean end) {
        write(new DefaultHttp2HeadersFrame(((Http2Head) head).fields(), end));
    }

    private void write(final Http2StreamFrame frame) {
        context().write(frame);
    }
}
