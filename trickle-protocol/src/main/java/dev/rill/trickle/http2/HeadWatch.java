package dev.rill.trickle.http2;

import dev.rill.trickle.server.Deadline;
import dev.rill.trickle.server.HttpServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Ends a connection on which the opening or a request head has begun and is not complete in time: the preface and the
 * first frame; from the first octet of a HEADERS frame to the end of its block. Follows the borders of frames (RFC
 * 9113, section 4.1) and looks at nothing else:
 * <pre>
 *   length 24 bit | type 8 bit | flags 8 bit | stream 32 bit | payload
 * </pre>
 * A DATA frame may take its time. Sits before the codec. Event loop only.
 */
final class HeadWatch extends ChannelInboundHandlerAdapter {
    private static final int PREFACE_LENGTH = Http2CodecUtil.connectionPrefaceBuf().readableBytes();
    private static final int END_HEADERS = 0x4;
    private static final int TYPE_AT = 3;
    private static final int FLAGS_AT = 4;

    private final HttpServer server;
    private Deadline deadline;
    private int prefaceLeft = PREFACE_LENGTH;
    private boolean opened;
    private boolean withinBlock;
    private int headerSeen;
    private int payloadLeft;
    private int type;
    private int flags;

    HeadWatch(final HttpServer server) {
        this.server = server;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        deadline = server.headDeadline(ctx.channel(), ctx::close);
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext ctx) {
        deadline.cancel();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        follow((ByteBuf) message);
        if (!opened || withinBlock || headerSeen > 0 && !isBody()) {
            deadline.begin();
        } else {
            deadline.end();
        }
        ctx.fireChannelRead(message);
    }

    private boolean isBody() {
        return headerSeen == Http2CodecUtil.FRAME_HEADER_LENGTH && type == Http2FrameTypes.DATA;
    }

    private void follow(final ByteBuf in) {
        final int skipped = Math.min(prefaceLeft, in.readableBytes());
        prefaceLeft -= skipped;
        int index = in.readerIndex() + skipped;
        while (index < in.writerIndex()) {
            if (headerSeen < Http2CodecUtil.FRAME_HEADER_LENGTH) {
                header(in.getUnsignedByte(index++));
            } else {
                final int step = Math.min(payloadLeft, in.writerIndex() - index);
                payloadLeft -= step;
                index += step;
            }
            if (headerSeen == Http2CodecUtil.FRAME_HEADER_LENGTH && payloadLeft == 0) {
                frameEnd();
            }
        }
    }

    private void header(final int octet) {
        if (headerSeen < TYPE_AT) {
            payloadLeft = payloadLeft << 8 | octet;
        } else if (headerSeen == TYPE_AT) {
            type = octet;
        } else if (headerSeen == FLAGS_AT) {
            flags = octet;
        }
        headerSeen++;
    }

    private void frameEnd() {
        headerSeen = 0;
        opened = true;
        if (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION) {
            withinBlock = (flags & END_HEADERS) == 0;
        }
    }
}
