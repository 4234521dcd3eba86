package dev.rill.trickle.port;

import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.Protocols;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;

/** Starts what the TLS handshake has agreed on; HTTP/1.1 for a peer that names nothing. */
final class AlpnSelector extends ApplicationProtocolNegotiationHandler {
    private final HttpServer server;
    private final Protocols http1;
    private final Protocols http2;
    private boolean failed;

    AlpnSelector(final HttpServer server, final Protocols http1, final Protocols http2) {
        super(ApplicationProtocolNames.HTTP_1_1);
        this.server = server;
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    protected void configurePipeline(final ChannelHandlerContext ctx, final String protocol) {
        ctx.pipeline().remove(HandshakeWatch.class);
        (ApplicationProtocolNames.HTTP_2.equals(protocol) ? http2 : http1).start(ctx.channel(), server);
    }

    @Override
    protected void handshakeFailure(final ChannelHandlerContext ctx, final Throwable cause) {
        if (!failed) {
            failed = true;
            server.handshakeFailed(cause);
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        handshakeFailure(ctx, cause);
    }
}
