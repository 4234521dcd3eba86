package dev.rill.trickle.client;

import dev.rill.conform.client.Inbound;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import java.util.Map;

/** A request on a stream of an HTTP/2 connection. */
final class StreamInbound extends Inbound {
    private final Channel stream;
    private final Http2Headers headers;

    StreamInbound(final Channel stream, final Http2Headers headers) {
        super(headers.method().toString(), headers.path().toString());
        this.stream = stream;
        this.headers = headers;
    }

    /** The connection that carries the stream. */
    Channel connection() {
        return stream.parent();
    }

    @Override
    public String header(final String name) {
        final CharSequence value = headers.get(name.toLowerCase(Locale.ROOT));
        return value == null ? null : value.toString();
    }

    @Override
    public boolean carries(final String name) {
        return !isOfTheConnection(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public void respond(final int status, final Map<String, String> fields, final String text) {
        head(status, fields, text.isEmpty());
        if (!text.isEmpty()) {
            data(text, true);
        }
    }

    @Override
    public void respondProvisional(final int status) {
        head(status, Map.of(), false);
    }

    @Override
    public void respondHead(final int status, final Map<String, String> fields) {
        head(status, fields, false);
    }

    @Override
    public void sendChunk(final String text) {
        data(text, false);
    }

    @Override
    public void endBody() {
        data("", true);
    }

    @Override
    public void reset() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    @Override
    public void finish() {
        // The client calls the rest of its request off.
    }

    void reset(final Http2Error error) {
        stream.writeAndFlush(new DefaultHttp2ResetFrame(error));
    }

    private void head(final int status, final Map<String, String> fields, final boolean last) {
        final Http2Headers head = new DefaultHttp2Headers().status(String.valueOf(status));
        fields.forEach((name, value) -> add(head, name.toLowerCase(Locale.ROOT), value));
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, last));
    }

    private static void add(final Http2Headers head, final String name, final String value) {
        if (!isOfTheConnection(name)) {
            head.add(name, value);
        }
    }

    private static boolean isOfTheConnection(final String name) {
        return "connection".equals(name) || "transfer-encoding".equals(name);
    }

    private void data(final String text, final boolean last) {
        stream.writeAndFlush(new DefaultHttp2DataFrame(ByteBufUtil.writeAscii(stream.alloc(), text), last));
    }
}
