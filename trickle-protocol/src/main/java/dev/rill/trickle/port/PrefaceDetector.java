package dev.rill.trickle.port;

import dev.rill.trickle.server.Deadline;
import dev.rill.trickle.server.HttpServer;
import dev.rill.trickle.server.Protocols;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Tells HTTP/2 with prior knowledge from HTTP/1.1 on a clear connection by its first bytes: 24 bytes of preface (RFC
 * 9113, section 3.4) that begin no request. Waits for the first as long as the peer likes, for the rest as for a head.
 */
final class PrefaceDetector extends ByteToMessageDecoder {
    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    private final HttpServer server;
    private final Protocols http1;
    private final Protocols http2;
    private Deadline deadline;

    PrefaceDetector(final HttpServer server, final Protocols http1, final Protocols http2) {
        this.server = server;
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        deadline = server.headDeadline(ctx.channel(), ctx::close);
    }

    @Override
    protected void handlerRemoved0(final ChannelHandlerContext ctx) {
        deadline.cancel();
    }

    @Override
    protected void decode(final ChannelHandlerContext ctx, final ByteBuf in, final List<Object> out) {
        final int seen = Math.min(in.readableBytes(), PREFACE.readableBytes());
        int matching = 0;
        while (matching < seen && in.getByte(in.readerIndex() + matching) == PREFACE.getByte(matching)) {
            matching++;
        }
        if (matching < seen) {
            choose(ctx, http1);
        } else if (seen == PREFACE.readableBytes()) {
            choose(ctx, http2);
        } else {
            deadline.begin();
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        server.connectionFailed(cause);
        ctx.close();
    }

    private void choose(final ChannelHandlerContext ctx, final Protocols protocol) {
        protocol.start(ctx.channel(), server);
        ctx.pipeline().remove(this); // Hands on what it has read.
    }
}
