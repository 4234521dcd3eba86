package dev.rill.trickle.port;

import dev.rill.trickle.server.Deadline;
import dev.rill.trickle.server.HttpServer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Ends a connection whose TLS handshake has begun and is not complete in time. Before the first byte it waits as long
 * as the peer likes. Sits before TLS; whoever sees the handshake end removes it.
 */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private final HttpServer server;
    private Deadline deadline;

    HandshakeWatch(final HttpServer server) {
        this.server = server;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        deadline = server.headDeadline(ctx.channel(), ctx::close);
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext ctx) {
        deadline.cancel();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        deadline.begin();
        ctx.fireChannelRead(message);
    }
}
