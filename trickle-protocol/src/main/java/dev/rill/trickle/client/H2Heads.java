package dev.rill.trickle.client;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import java.util.Map;

/** Heads of HTTP/2: requests as it wants them, responses as the rest of the client reads them. */
final class H2Heads {
    private H2Heads() {
    }

    /** Lower-case names, the host as authority, nothing that speaks of connections. */
    static Http2Headers request(final RequestHead head) {
        final Http2Headers result = new DefaultHttp2Headers(false)
            .method(head.method())
            .scheme(head.origin().isSecure() ? "https" : "http")
            .authority(head.origin().host())
            .path(head.target());
        result.set(HttpHeaderNames.USER_AGENT, Wire.USER_AGENT);
        for (int i = 0; i < head.fields().size(); i += 2) {
            result.add(head.fields().get(i).toLowerCase(Locale.ROOT), head.fields().get(i + 1));
        }
        return result;
    }

    static HttpStatusClass statusClass(final Http2Headers headers) throws Http2Exception {
        return HttpStatusClass.valueOf(status(headers));
    }

    /**
     * The head as HTTP/1.1 would have it.
     *
     * @param ended whether there is no body, which the result then says.
     */
    static HttpResponse response(final Http2Headers headers, final boolean ended) throws Http2Exception {
        final HttpResponse result = new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status(headers)));
        for (final Map.Entry<CharSequence, CharSequence> field : headers) {
            if (field.getKey().length() > 0 && field.getKey().charAt(0) != ':') {
                result.headers().add(field.getKey(), field.getValue());
            }
        }
        if (ended) {
            result.headers().set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
        return result;
    }

    private static int status(final Http2Headers headers) throws Http2Exception {
        final CharSequence text = headers.status();
        try {
            return text == null ? 0 : Integer.parseInt(text.toString());
        } catch (final NumberFormatException e) {
            throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, e, "status %s", text);
        }
    }
}
