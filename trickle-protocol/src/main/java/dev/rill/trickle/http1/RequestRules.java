package dev.rill.trickle.http1;

import dev.rill.trickle.server.TargetForm;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/** What RFC 9112 demands of a head beyond its syntax, which the decoder has checked. */
final class RequestRules {
    /** A head that may be served. */
    static final int FINE = 0;

    /** Two spaces and the version. */
    private static final int LINE_OVERHEAD = 10;
    private static final String HOST_MARKS = "-._~!$&'()*+,;=%:[]";

    private RequestRules() {
    }

    /** The status that refuses the request, or {@link #FINE}. */
    static int refusal(final HttpRequest request) {
        final HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            return 505;
        }
        final boolean sound = isLinePlain(request)
            && TargetForm.isValid(request.method().name(), request.uri())
            && isHostSound(request.headers().getAll(HttpHeaderNames.HOST), version.minorVersion() > 0);
        if (!sound) {
            return 400;
        }
        // The decoder has seen to it that the last coding is chunked; no other is understood here.
        final List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.size() > 1 || !codings.isEmpty() && !"chunked".equalsIgnoreCase(codings.get(0).trim())
            ? 501 : FINE;
    }

    /** One space between the parts: others take other separators for other things. */
    private static boolean isLinePlain(final HttpRequest request) {
        return !(request.decoderResult() instanceof HttpMessageDecoderResult result)
            || result.initialLineLength() == request.method().name().length() + request.uri().length() + LINE_OVERHEAD;
    }

    /** Section 3.2: one of it, from HTTP/1.1 on; it may be empty. */
    private static boolean isHostSound(final List<String> values, final boolean wanted) {
        if (values.size() != 1) {
            return values.isEmpty() && !wanted;
        }
        final String host = values.get(0);
        for (int i = 0; i < host.length(); i++) {
            final char c = host.charAt(i);
            if (!(c < 0x80 && Character.isLetterOrDigit(c)) && HOST_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
