package dev.rill.trickle.client;

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
    String header(final String name) {
        final CharSequence value = headers.get(name.toLowerCase(Locale.ROOT));
        return value == null ? null : value.toString();
    }

    @Override
    void respond(final int status, final Map<String, String> fields, final String text) {
        head(status, fields, text.isEmpty());
        if (!text.isEmpty()) {
            data(text, true);
        }
    }

    @Override
    void respondProvisional(final int status) {
        head(status, Map.of(), false);
    }

    @Override
    void respondHead(final int status, final Map<String, String> fields) {
        head(status, fields, false);
    }

    @Override
    void sendChunk(final String text) {
        data(text, false);
    }

    @Override
    void endBody() {
        data("", true);
    }

    @Override
    void reset() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    @Override
    void finish() {
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
        if (!"connection".equals(name) && !"transfer-encoding".equals(name)) {
            head.add(name, value);
        }
    }

    private void data(final String text, final boolean last) {
        stream.writeAndFlush(new DefaultHttp2DataFrame(ByteBufUtil.writeAscii(stream.alloc(), text), last));
    }
}
