package dev.rill.trickle.http1;

import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.Protocols;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** HTTP/1.1 from the first byte on. */
public final class Http1Protocol implements Protocols {
    private final int maxHeaderSize;

    /**
     * @param maxHeaderSize bytes of a request head.
     */
    public Http1Protocol(final int maxHeaderSize) {
        this.maxHeaderSize = maxHeaderSize;
    }

    @Override
    public void start(final Channel socket, final HttpServer server) {
        socket.pipeline().addLast(new HttpRequestDecoder(new HttpDecoderConfig()
            .setMaxInitialLineLength(maxHeaderSize)
            .setMaxHeaderSize(maxHeaderSize)
            .setMaxChunkSize(Integer.MAX_VALUE)));
        socket.pipeline().addLast(new Http1Connection(server));
    }
}
