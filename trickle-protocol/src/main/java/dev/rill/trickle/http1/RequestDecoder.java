package dev.rill.trickle.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Decodes requests by RFC 9112 and knows whether it is within a head. Event loop only. */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int VERSION_LENGTH = 8;
    private static final String VERSION_BEGIN = "HTTP/";

    private boolean lineSeen;
    private boolean withinBody;

    /**
     * @param maxHeaderSize bytes of the request line, and bytes of all fields together.
     */
    RequestDecoder(final int maxHeaderSize) {
        super(new HttpDecoderConfig()
            .setMaxInitialLineLength(maxHeaderSize)
            .setMaxHeaderSize(maxHeaderSize)
            .setMaxChunkSize(Integer.MAX_VALUE));
    }

    /** Whether a part of a head has arrived and the rest has not; empty lines before it do not count. */
    boolean isHeadBegun() {
        return lineSeen || !withinBody && actualReadableBytes() > 0;
    }

    @Override
    protected void decode(final ChannelHandlerContext ctx, final ByteBuf in, final List<Object> out) throws Exception {
        final int before = out.size();
        super.decode(ctx, in, out);
        for (int i = before; i < out.size(); i++) {
            note(out.get(i));
        }
    }

    private void note(final Object decoded) {
        if (decoded instanceof HttpRequest) {
            lineSeen = false;
            withinBody = true;
        }
        if (decoded instanceof LastHttpContent) {
            withinBody = false;
        }
    }

    @Override
    protected String splitFirstWordInitialLine(final byte[] line, final int start, final int length) {
        requireSpace(line, start + length);
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(final byte[] line, final int start, final int length) {
        requireSpace(line, start + length);
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected HttpMessage createMessage(final String[] line) throws Exception {
        lineSeen = true;
        if (!isVersion(line[2])) {
            throw new IllegalArgumentException("not a version of HTTP");
        }
        return super.createMessage(line);
    }

    /** No length and no coding means no body, whatever else the head says: RFC 9112, section 6.3. */
    @Override
    protected boolean isContentAlwaysEmpty(final HttpMessage message) {
        return !message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
            && !message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    /** The decoder takes a tab or a bare CR for a space as well; another party may not. */
    private static void requireSpace(final byte[] line, final int index) {
        if (index >= line.length || line[index] != ' ') {
            throw new IllegalArgumentException("no space between the parts of the request line");
        }
    }

    private static boolean isVersion(final String text) {
        return text.length() == VERSION_LENGTH && text.startsWith(VERSION_BEGIN)
            && isDigit(text.charAt(5)) && text.charAt(6) == '.' && isDigit(text.charAt(7));
    }

    private static boolean isDigit(final char c) {
        return c >= '0' && c <= '9';
    }
}
