package dev.rill.trickle.port;

import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.http1.Http1Protocol;
import dev.rill.trickle.http2.Http2Protocol;
import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.Protocols;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * HTTP/1.1 and HTTP/2 on one port: chosen by ALPN under TLS, by the first bytes without.
 * <p>
 * A connection on which nothing arrives is left alone: publishers preconnect like this (wire specification, section 3).
 */
public final class SharedPort implements Protocols, AutoCloseable {
    private final SslContext tls;
    private final Protocols http1;
    private final Protocols http2;

    private SharedPort(final SslContext tls, final Protocols http1, final Protocols http2) {
        this.tls = tls;
        this.http1 = http1;
        this.http2 = http2;
    }

    /**
     * Reads key and certificate, if there are any.
     *
     * @param context concluded.
     * @return to be closed after the server.
     * @throws dev.rill.trickle.TrickleException if they cannot be used.
     */
    public static SharedPort create(final TrickleServerContext context) {
        final Protocols http1 = new Http1Protocol(context.maxHeaderSize());
        final Protocols http2 = context.http2()
            ? new Http2Protocol(context.maxHeaderSize(), context.maxStreamsPerConnection()) : http1;
        return new SharedPort(context.isTls() ? ServerTls.create(context) : null, http1, http2);
    }

    @Override
    public void start(final Channel socket, final HttpServer server) {
        if (tls != null) {
            final SslHandler handler = tls.newHandler(socket.alloc());
            handler.setHandshakeTimeoutMillis(0); // From the connect; the watch counts from the first byte.
            socket.pipeline().addLast(new HandshakeWatch(server));
            socket.pipeline().addLast(handler);
            socket.pipeline().addLast(new AlpnSelector(server, http1, http2));
        } else if (http1 == http2) {
            http1.start(socket, server);
        } else {
            socket.pipeline().addLast(new PrefaceDetector(server, http1, http2));
        }
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(tls);
    }
}
