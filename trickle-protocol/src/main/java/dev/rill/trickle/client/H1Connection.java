package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;

/**
 * One HTTP/1.1 connection with at most one {@link Exchange} at a time. Event loop only.
 * <p>
 * Skips any number of provisional responses. After a clean end the connection goes back to its {@link Connections},
 * provided that the request had ended and neither side asked for a close; otherwise it is closed.
 */
final class H1Connection extends ChannelInboundHandlerAdapter implements HttpStream {
    private final Connections owner;
    private final Channel channel;
    private Exchange exchange;
    private boolean requestEnded;
    private boolean provisional;
    private boolean keepAlive;
    private long idleSinceNs;

    H1Connection(final Connections owner, final Channel channel) {
        this.owner = owner;
        this.channel = channel;
    }

    /** Starts an exchange on this idle connection. */
    void begin(final Exchange next) {
        assert channel.eventLoop().inEventLoop() && exchange == null;
        exchange = next;
        requestEnded = false;
        provisional = false;
        keepAlive = false;
        next.onConnected(this);
    }

    boolean isActive() {
        return channel.isActive();
    }

    long idleSinceNs() {
        return idleSinceNs;
    }

    void idleSinceNs(final long nowNs) {
        idleSinceNs = nowNs;
    }

    @Override
    public ChannelFuture head(final RequestHead head, final boolean last) {
        requestEnded = last;
        return channel.write(Wire.head(channel.alloc(), head));
    }

    @Override
    public ChannelFuture body(final ByteBuf chunk) {
        return channel.write(chunk);
    }

    @Override
    public void end() {
        requestEnded = true;
        channel.write(Wire.lastChunk());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public boolean reading(final boolean on) {
        final boolean changed = channel.config().isAutoRead() != on;
        if (changed) {
            channel.config().setAutoRead(on);
        }
        return changed;
    }

    @Override
    public void cancel() {
        exchange = null;
        channel.close();
    }

    @Override
    public void cancelDead() {
        cancel();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        try {
            if (exchange == null) {
                channel.close();
            } else if (((HttpObject) message).decoderResult().isFailure()) {
                lose(((HttpObject) message).decoderResult().cause());
            } else {
                onMessage(message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        owner.onClosed(this);
        lose(new ClosedChannelException());
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        lose(cause);
    }

    private void onMessage(final Object message) {
        if (message instanceof HttpResponse) {
            onResponse((HttpResponse) message);
        }
        if (message instanceof HttpContent && exchange != null) {
            onContent((HttpContent) message);
        }
    }

    private void onResponse(final HttpResponse head) {
        provisional = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!provisional) {
            keepAlive = HttpUtil.isKeepAlive(head);
            exchange.onHead(head);
        }
    }

    private void onContent(final HttpContent content) {
        final boolean last = content instanceof LastHttpContent;
        if (provisional) {
            provisional = !last;
            return;
        }
        if (content.content().isReadable()) {
            exchange.onBody(content.content());
        }
        if (last && exchange != null) {
            onResponseEnd();
        }
    }

    private void onResponseEnd() {
        final Exchange ended = exchange;
        exchange = null;
        if (keepAlive && requestEnded && channel.isActive()) {
            reading(true);
            owner.recycle(this);
        } else {
            channel.close();
        }
        ended.onEnd();
    }

    private void lose(final Throwable cause) {
        final Exchange lost = exchange;
        exchange = null;
        channel.close();
        if (lost != null) {
            lost.onLost(cause);
        }
    }
}
