package dev.rill.trickle.http2;

import dev.rill.trickle.server.Deadline;
import dev.rill.trickle.server.HttpServer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;

/**
 * What concerns a connection as a whole: frames of stream 0 need nothing done, failures end it, and so does having had
 * streams and having none for a long time.
 */
final class Http2ConnectionEvents extends ChannelInboundHandlerAdapter {
    private final HttpServer server;
    private final Http2Connection connection;
    private Deadline idleDeadline;

    Http2ConnectionEvents(final HttpServer server, final Http2Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        idleDeadline = server.idleDeadline(ctx.channel(), ctx::close);
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(final Http2Stream stream) {
                idleDeadline.end();
            }

            @Override
            public void onStreamClosed(final Http2Stream stream) {
                if (connection.numActiveStreams() == 0 && ctx.channel().isActive()) {
                    idleDeadline.begin();
                }
            }
        });
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        idleDeadline.cancel();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        server.connectionFailed(cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.close(); // A breach of the protocol is for the codec, which says which in its GOAWAY.
        }
    }
}
