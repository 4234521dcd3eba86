package dev.rill.trickle.server;

import dev.rill.trickle.RequestHandler;
import dev.rill.trickle.channel.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.io.ByteArrayOutputStream;

/** A request to a route of the host: its body is collected, then the handler is asked. */
final class RouteExchange extends Exchange {
    /** Longest body that is collected, in bytes; beyond it the request is answered 413. */
    static final int MAX_BODY_LENGTH = 1 << 20;

    private final ServerStream stream;
    private final HttpRequest request;
    private final String path;
    private final RequestHandler handler;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private RouteExchange(
        final ServerStream stream, final HttpRequest request, final String path, final RequestHandler handler) {
        this.stream = stream;
        this.request = request;
        this.path = path;
        this.handler = handler;
    }

    static void start(
        final ServerStream stream, final HttpRequest request, final String path, final RequestHandler handler) {
        final RouteExchange exchange = new RouteExchange(stream, request, path, handler);
        stream.exchange(exchange);
        if (HttpUtil.getContentLength(request, 0L) > MAX_BODY_LENGTH) {
            exchange.tooLong();
        } else if (HttpUtil.is100ContinueExpected(request)) {
            stream.provisional(100);
        }
    }

    @Override
    void onContent(final ByteBuf payload) {
        final int length = payload.readableBytes();
        if (body.size() + length > MAX_BODY_LENGTH) {
            payload.release();
            tooLong();
            return;
        }
        final byte[] bytes = new byte[length];
        payload.readBytes(bytes).release();
        body.write(bytes, 0, length);
    }

    @Override
    void onRequestEnd() {
        final RoutedResponder responder = new RoutedResponder(stream, this);
        try {
            handler.handle(RoutedRequest.of(request, path, body.toByteArray(), stream.remoteAddress()), responder);
        } catch (final RuntimeException e) {
            stream.server().routeFailed(path, e);
            responder.failed();
        }
    }

    private void tooLong() {
        stream.server().counters().increment(Counter.BODIES_REFUSED);
        Responses.text(stream, 413, "Body exceeds " + MAX_BODY_LENGTH + " bytes\n", true);
    }
}
