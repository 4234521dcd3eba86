package dev.rill.trickle.client;

import dev.rill.conform.client.ScriptedServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link ScriptedServer} that speaks HTTP/2 by prior knowledge. */
final class ScriptedHttp2 extends ScriptedServer {
    private static final long UNLIMITED = Integer.MAX_VALUE;
    private static final int WINDOW = 1 << 20;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Channel> connections = new CopyOnWriteArrayList<>();
    private final Channel listener;
    private final long maxStreams;
    private volatile boolean readBodies = true;

    ScriptedHttp2() {
        this(UNLIMITED);
    }

    ScriptedHttp2(final long maxStreams) {
        this.maxStreams = maxStreams;
        listener = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(final Channel channel) {
                    onConnection(channel);
                }
            })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly().channel();
    }

    @Override
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort() + "/");
    }

    @Override
    public void readBodies(final boolean value) {
        readBodies = value;
    }

    /** Connections that are open now. */
    List<Channel> connections() {
        final List<Channel> result = new ArrayList<>(connections);
        result.removeIf(connection -> !connection.isActive());
        return result;
    }

    /** How many connections there were. */
    int connectionCount() {
        return connections.size();
    }

    /** Says on a connection that no stream after the last that was looked at, plus {@code more}, will be. */
    void goAway(final Channel connection, final int more) {
        connection.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(more));
    }

    @Override
    public void close() {
        if (group.isShuttingDown()) {
            return;
        }
        listener.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    private void onConnection(final Channel channel) {
        connections.add(channel);
        channel.pipeline().addLast(
            Http2FrameCodecBuilder.forServer().initialSettings(new Http2Settings().maxConcurrentStreams(maxStreams)
                .initialWindowSize(readBodies ? WINDOW : 0))
                .decoderEnforceMaxRstFramesPerWindow(0, 0).build(),
            new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(final Channel stream) {
                    stream.pipeline().addLast(new StreamReader());
                }
            }));
    }

    private final class StreamReader extends ChannelInboundHandlerAdapter {
        private StreamInbound request;

        @Override
        public void channelRead(final ChannelHandlerContext ctx, final Object frame) {
            try {
                onFrame(ctx, (Http2StreamFrame) frame);
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }

        @Override
        public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
            if (event instanceof Http2ResetFrame && request != null) {
                request.gone();
            }
        }

        @Override
        public void channelInactive(final ChannelHandlerContext ctx) {
            if (request != null) {
                request.gone();
            }
        }

        private void onFrame(final ChannelHandlerContext ctx, final Http2StreamFrame frame) {
            if (frame instanceof Http2HeadersFrame) {
                final Http2HeadersFrame head = (Http2HeadersFrame) frame;
                request = new StreamInbound(ctx.channel(), head.headers());
                if (head.isEndStream()) {
                    request.complete();
                }
                arrive(request);
            } else if (frame instanceof Http2DataFrame) {
                final Http2DataFrame data = (Http2DataFrame) frame;
                final byte[] bytes = new byte[data.content().readableBytes()];
                data.content().readBytes(bytes);
                request.append(bytes);
                if (data.isEndStream()) {
                    request.complete();
                }
            }
        }
    }
}
