package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.function.BiConsumer;

/**
 * A request without a body whose answer matters only by status and headers: next, create, drop, close. Event loop only.
 * Its consumer is called once, with the answer's head or with what went wrong.
 */
final class Call implements Exchange {
    private final RequestHead request;
    private final BiConsumer<HttpResponse, Throwable> consumer;
    private HttpResponse answer;

    Call(final RequestHead request, final BiConsumer<HttpResponse, Throwable> consumer) {
        this.request = request;
        this.consumer = consumer;
    }

    @Override
    public void onConnected(final HttpStream stream) {
        stream.head(request, true);
        stream.flush();
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
