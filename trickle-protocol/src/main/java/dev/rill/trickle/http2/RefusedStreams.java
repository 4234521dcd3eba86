package dev.rill.trickle.http2;

import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.server.HttpServer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.logging.LogLevel;

/** Counts the streams that a connection refuses because it has as many as it may have. Logs nothing. */
final class RefusedStreams extends Http2FrameLogger {
    private final HttpServer server;

    RefusedStreams(final HttpServer server) {
        super(LogLevel.TRACE, RefusedStreams.class);
        this.server = server;
    }

    @Override
    public boolean isEnabled() {
        return false;
    }

    @Override
    public void logRstStream(
        final Direction direction, final ChannelHandlerContext ctx, final int streamId, final long errorCode) {
        if (direction == Direction.OUTBOUND && errorCode == Http2Error.REFUSED_STREAM.code()) {
            server.count(Counter.STREAMS_REFUSED);
        }
    }
}
