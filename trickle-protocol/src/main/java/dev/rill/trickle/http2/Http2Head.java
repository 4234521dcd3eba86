package dev.rill.trickle.http2;

import dev.rill.trickle.server.Field;
import dev.rill.trickle.server.ResponseHead;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/** A response head as header fields of HTTP/2. */
final class Http2Head implements ResponseHead {
    private static final AsciiString STATUS_200 = AsciiString.cached("200");
    private static final int TYPICAL_FIELDS = 8;

    private final Http2Headers fields = new DefaultHttp2Headers(false, TYPICAL_FIELDS);

    Http2Head(final int status) {
        fields.status(status == 200 ? STATUS_200 : new AsciiString(Integer.toString(status)));
    }

    @Override
    public void put(final Field field, final long value) {
        put(field, Long.toString(value));
    }

    @Override
    public void put(final Field field, final String value) {
        fields.add(field.lowerCase(), value);
    }

    Http2Headers fields() {
        return fields;
    }
}
