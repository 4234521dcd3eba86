package dev.rill.trickle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers one {@link Request}, once, now or later, from any thread. */
public interface Responder {
    /**
     * Sends the whole response. {@code Content-Length} and {@code Connection} are added.
     *
     * @param status  100 to 999, normally 200 to 599.
     * @param headers sent as given; names and values without line breaks.
     * @param body    copied from position to limit before this method returns.
     * @throws IllegalStateException    if this request was answered before.
     * @throws IllegalArgumentException if a header would break the head.
     */
    void respond(int status, Map<String, String> headers, ByteBuffer body);

    /**
     * Sends a text in UTF-8.
     *
     * @param status      as above.
     * @param contentType value of {@code Content-Type}.
     * @param text        the body.
     */
    default void respond(final int status, final String contentType, final String text) {
        final ByteBuffer body = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        respond(status, Map.of("Content-Type", contentType), body);
    }
}
