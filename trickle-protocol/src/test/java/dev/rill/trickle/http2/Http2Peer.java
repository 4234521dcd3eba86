package dev.rill.trickle.http2;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** One HTTP/2 connection that sees every frame; independent of Rill's own client. */
final class Http2Peer implements AutoCloseable {
    private static final long TIMEOUT_MS = 5_000;
    private static final int CONNECTION_WINDOW = 64 << 20;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<Http2Settings> settings = new CompletableFuture<>();
    private final Queue<Long> goAways = new ConcurrentLinkedQueue<>();
    private final Channel connection;

    private Http2Peer(final int port, final SslContext tls) {
        connection = new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(final Channel channel) {
                    if (tls != null) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc(), "localhost", port));
                    }
                    channel.pipeline().addLast(Http2FrameCodecBuilder.forClient().build());
                    channel.pipeline().addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    channel.pipeline().addLast(new Events());
                }
            })
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .syncUninterruptibly().channel();
        connection.writeAndFlush(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW));
    }

    static Http2Peer connect(final int port) {
        return new Http2Peer(port, null);
    }

    static Http2Peer connect(final int port, final SslContext tls) {
        return new Http2Peer(port, tls);
    }

    /** Sends a head; {@code fields} are names and values in turn. */
    Http2Exchange request(final String method, final String path, final boolean end, final String... fields) {
        final Http2Exchange exchange = new Http2Exchange();
        final Http2StreamChannel stream = new Http2StreamChannelBootstrap(connection)
            .handler(exchange).open().syncUninterruptibly().getNow();
        final Http2Headers head = new DefaultHttp2Headers()
            .method(method).path(path).scheme("http").authority("127.0.0.1");
        for (int i = 0; i < fields.length; i += 2) {
            head.add(fields[i], fields[i + 1]);
        }
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, end)).syncUninterruptibly();
        return exchange;
    }

    Http2Exchange get(final String path) {
        return request("GET", path, true);
    }

    Http2Exchange post(final String path, final String... fields) {
        return request("POST", path, false, fields);
    }

    Http2Settings settings() throws Exception {
        return settings.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    Queue<Long> goAways() {
        return goAways;
    }

    boolean isActive() {
        return connection.isActive();
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly(TIMEOUT_MS);
        group.shutdownGracefully(0, TIMEOUT_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(TIMEOUT_MS);
    }

    private final class Events extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(final ChannelHandlerContext ctx, final Object message) {
            if (message instanceof Http2SettingsFrame frame) {
                settings.complete(frame.settings());
            } else if (message instanceof Http2GoAwayFrame frame) {
                goAways.add(frame.errorCode());
            }
            ReferenceCountUtil.release(message);
        }
    }
}
