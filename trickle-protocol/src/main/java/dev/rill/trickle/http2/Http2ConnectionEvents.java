package dev.rill.trickle.http2;

import dev.rill.trickle.server.HttpServer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** What concerns a connection as a whole: frames of stream 0 need nothing done, failures end it. */
final class Http2ConnectionEvents extends ChannelInboundHandlerAdapter {
    private final HttpServer server;

    Http2ConnectionEvents(final HttpServer server) {
        this.server = server;
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        server.connectionFailed(cause);
        ctx.close();
    }
}
