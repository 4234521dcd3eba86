package dev.rill.trickle.http2;

import dev.rill.trickle.server.TargetForm;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;

/** Turns the header fields of a stream into a request as the exchanges know it. RFC 9113, section 8.3.1. */
final class RequestHeads {
    private RequestHeads() {
    }

    /**
     * Converts.
     *
     * @param fields of the first HEADERS frame.
     * @return the request, or null if it names no method, or no target that its method may have.
     */
    static HttpRequest of(final Http2Headers fields) {
        if (fields.method() == null || fields.path() == null
            || HttpHeaderValidationUtil.validateToken(fields.method()) >= 0
            || !TargetForm.isPath(fields.method().toString(), fields.path().toString())) {
            return null;
        }
        final HttpRequest request = new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(fields.method().toString()), fields.path().toString(),
            DefaultHttpHeadersFactory.headersFactory().withValidation(false));
        for (final Map.Entry<CharSequence, CharSequence> field : fields) {
            if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(field.getKey())) {
                request.headers().add(field.getKey(), field.getValue().toString());
            }
        }
        if (fields.authority() != null) {
            request.headers().set(HttpHeaderNames.HOST, fields.authority());
        }
        return request;
    }
}
