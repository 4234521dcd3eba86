package dev.rill.trickle.http1;

import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.Protocols;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;

/** HTTP/1.1 from the first byte on. */
public final class Http1Protocol implements Protocols {
    /**
     * So many writes of one flush that it ends only when all is written or the socket is full: a flush that pauses for
     * others leaves a half-closed epoll socket without interest in any event, from which Netty 4.2.18 does not come
     * back. Others have their turn after each delivery anyway.
     */
    private static final int WRITE_SPIN_COUNT = 1 << 10;

    private final int maxHeaderSize;

    /**
     * @param maxHeaderSize bytes of a request head.
     */
    public Http1Protocol(final int maxHeaderSize) {
        this.maxHeaderSize = maxHeaderSize;
    }

    @Override
    public void start(final Channel socket, final HttpServer server) {
        if (socket.pipeline().get(SslHandler.class) == null) {
            // A peer may end its output and still wait for an answer; the end of TLS ends both directions.
            socket.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            socket.config().setOption(ChannelOption.WRITE_SPIN_COUNT, WRITE_SPIN_COUNT);
        }
        final RequestDecoder decoder = new RequestDecoder(maxHeaderSize);
        socket.pipeline().addLast(decoder);
        socket.pipeline().addLast(new Http1Connection(server, decoder));
    }
}
