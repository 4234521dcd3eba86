package dev.rill.trickle.http2;

import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.Protocols;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * HTTP/2 from its preface on.
 * <p>
 * What the peer is told: how many requests may wait at the same time, parked ones included (MAX_CONCURRENT_STREAMS),
 * the length of a request head, and windows. A stream that nobody reads uses up its own window and a small part of the
 * connection's, so it holds no other stream.
 */
public final class Http2Protocol implements Protocols {
    /** Bytes of a body that a peer may send on one stream before they are read. */
    public static final int STREAM_WINDOW = 1 << 20;

    /** Bytes that a peer may send on all its streams before they are read. */
    public static final int CONNECTION_WINDOW = 256 << 20;

    private static final int DEFAULT_WINDOW = 65_535;
    private static final int LOW_WATER = 64 << 10;
    private static final int HIGH_WATER = 256 << 10;
    private static final long STOP_TIMEOUT_MS = 500;
    private static final int RESET_WINDOW_S = 30;
    private static final int MIN_RESETS = 200;

    private final int maxHeaderSize;
    private final int maxStreams;

    /**
     * @param maxHeaderSize bytes of a request head.
     * @param maxStreams    requests of one connection at a time.
     */
    public Http2Protocol(final int maxHeaderSize, final int maxStreams) {
        this.maxHeaderSize = maxHeaderSize;
        this.maxStreams = maxStreams;
    }

    @Override
    public void start(final Channel socket, final HttpServer server) {
        final Http2FrameCodecBuilder codec = Http2FrameCodecBuilder.forServer()
            .initialSettings(new Http2Settings()
                .maxConcurrentStreams(maxStreams)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(maxHeaderSize))
            .frameLogger(new RefusedStreams(server))
            .decoderEnforceMaxRstFramesPerWindow(maxResets(), RESET_WINDOW_S)
            .encoderEnforceMaxRstFramesPerWindow(maxResets(), RESET_WINDOW_S)
            .gracefulShutdownTimeoutMillis(STOP_TIMEOUT_MS);
        socket.pipeline().addLast(new HeadWatch(server));
        final Http2FrameCodec handler = codec.build();
        // The codec would let a peer have any number until it acknowledges the settings, which it may never do.
        handler.connection().remote().maxActiveStreams(maxStreams);
        socket.pipeline().addLast(handler);
        socket.pipeline().addLast(new Http2MultiplexHandler(new Streams(server)));
        socket.pipeline().addLast(new Http2ConnectionEvents(server, handler.connection()));
        socket.write(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW - DEFAULT_WINDOW));
    }

    /** A subscriber gives up its parked GETs and asks again every 20 s, all of them: that must not look like abuse. */
    private int maxResets() {
        return MIN_RESETS + 2 * maxStreams;
    }

    private static final class Streams extends ChannelInitializer<Channel> {
        private final HttpServer server;

        Streams(final HttpServer server) {
            this.server = server;
        }

        @Override
        protected void initChannel(final Channel stream) {
            stream.config().setOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER));
            stream.pipeline().addLast(new Http2Stream(server));
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }
}
