package dev.rill.trickle.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * One attempt to connect. Event loop only. Its listener is called once.
 * <p>
 * With TLS it waits in the pipeline until that has been agreed upon, then makes room for the protocol that the peer has
 * chosen; without, it is told of the connection.
 */
final class Attempt extends ChannelInboundHandlerAdapter {
    /** What has become of an attempt to connect. */
    interface Listener {
        /** Connected, and now speaks HTTP/1.1 or HTTP/2. */
        void onEstablished(Channel channel, boolean http2);

        /** No connection. */
        void onFailed(Throwable cause);
    }

    private final Listener listener;
    private final boolean http2Only;
    private boolean over;

    /**
     * @param http2Only whether HTTP/2 is spoken without asking, and nothing else will do.
     */
    Attempt(final Listener listener, final boolean http2Only) {
        this.listener = listener;
        this.http2Only = http2Only;
    }

    /** Connected, and there is nothing to agree upon. */
    void onConnected(final Channel channel) {
        if (!over) {
            over = true;
            listener.onEstablished(channel, http2Only);
        }
    }

    void onFailed(final Channel channel, final Throwable cause) {
        if (!over) {
            over = true;
            channel.close();
            listener.onFailed(cause);
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            final SslHandshakeCompletionEvent outcome = (SslHandshakeCompletionEvent) event;
            if (outcome.isSuccess()) {
                onAgreed(ctx);
            } else {
                onFailed(ctx.channel(), outcome.cause());
            }
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        onFailed(ctx.channel(), new ClosedChannelException());
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        onFailed(ctx.channel(), cause);
    }

    private void onAgreed(final ChannelHandlerContext ctx) {
        final String chosen = ctx.pipeline().get(SslHandler.class).applicationProtocol();
        final boolean http2 = ApplicationProtocolNames.HTTP_2.equals(chosen);
        if (http2Only && !http2) {
            onFailed(ctx.channel(), new IOException("peer chose " + chosen + " for TLS, expected h2"));
        } else if (!over) {
            over = true;
            ctx.pipeline().remove(this);
            listener.onEstablished(ctx.channel(), http2);
        }
    }
}
