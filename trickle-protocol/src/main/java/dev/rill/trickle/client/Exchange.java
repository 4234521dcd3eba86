package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/**
 * One request and its response. Called on the connection's event loop, in this order:
 * <pre>{@code
 *   ( onConnected ( onHead onBody* onEnd | onHead? onBody* onLost ) ) | onLost
 * }</pre>
 * Nothing is called after {@code onEnd} or {@code onLost}, nor after {@link HttpStream#cancel}.
 */
interface Exchange {
    /** There is a connection or a stream of one; the request's head is to be written now. */
    void onConnected(HttpStream stream);

    /** The final response has begun; provisional ones are not shown. */
    void onHead(HttpResponse head);

    /** Bytes of the response's body, borrowed. */
    void onBody(ByteBuf bytes);

    /** The response has ended cleanly. What carried it belongs to this exchange no longer. */
    void onEnd();

    /** No connection could be made, or it broke before the response's end. */
    void onLost(Throwable cause);
}
