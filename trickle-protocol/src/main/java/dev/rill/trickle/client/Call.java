package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.function.BiConsumer;

/**
 * A request without a body whose answer matters only by status and headers: next, create, drop, close. Event loop only.
 * Its consumer is called once, with the answer's head or with what went wrong.
 */
final class Call implements Exchange {
    private final String method;
    private final String target;
    private final String host;
    private final String headers;
    private final BiConsumer<HttpResponse, Throwable> consumer;
    private HttpResponse answer;

    Call(final String method, final String target, final String host, final String headers,
        final BiConsumer<HttpResponse, Throwable> consumer) {
        this.method = method;
        this.target = target;
        this.host = host;
        this.headers = headers;
        this.consumer = consumer;
    }

    @Override
    public void onConnected(final HttpConnection connection) {
        connection.requestEnded();
        connection.write(Wire.head(connection.alloc(), method, target, host, headers));
        connection.flush();
    }

    @Override
    public void onHead(final HttpResponse head) {
        answer = head;
    }

    @Override
    public void onBody(final ByteBuf bytes) {
    }

    @Override
    public void onEnd() {
        consumer.accept(answer, null);
    }

    @Override
    public void onLost(final Throwable cause) {
        if (answer != null) {
            consumer.accept(answer, null);
        } else {
            consumer.accept(null, cause);
        }
    }
}
