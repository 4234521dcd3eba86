package dev.rill.trickle.server;

import dev.rill.trickle.Responder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Takes the answer of a host's handler from any thread to the connection's loop. */
final class RoutedResponder implements Responder {
    private final ServerStream stream;
    private final Exchange exchange;
    private final AtomicBoolean answered = new AtomicBoolean();

    RoutedResponder(final ServerStream stream, final Exchange exchange) {
        this.stream = stream;
        this.exchange = exchange;
    }

    @Override
    public void respond(final int status, final Map<String, String> headers, final ByteBuffer body) {
        if (status < 200 || status > 999) {
            throw new IllegalArgumentException("status=" + status + ": expected 200..999");
        }
        final Map<String, String> fields = new LinkedHashMap<>(headers);
        fields.forEach(RoutedResponder::requireField);
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("this request was answered before; status of the second answer: " + status);
        }
        final byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        stream.onLoop(() -> send(status, fields, bytes));
    }

    /** The handler threw: 500 unless it had answered. */
    void failed() {
        if (answered.compareAndSet(false, true)) {
            final byte[] text = "Server error\n".getBytes(StandardCharsets.US_ASCII);
            send(500, Map.of("Content-Type", "text/plain; charset=utf-8"), text);
        }
    }

    private void send(final int status, final Map<String, String> fields, final byte[] body) {
        if (!stream.isServing(exchange)) {
            return;
        }
        final ResponseHead head = stream.begin(status);
        fields.forEach((name, value) -> head.put(Field.of(name), value));
        if (status == 204 || status == 304) {
            stream.respondWithoutBody(head);
        } else {
            stream.respond(head, body, false);
        }
    }

    private static void requireField(final String name, final String value) {
        boolean good = !name.isEmpty() && StandardCharsets.ISO_8859_1.newEncoder().canEncode(value);
        for (int i = 0; i < name.length(); i++) {
            good &= name.charAt(i) > ' ' && name.charAt(i) < 127 && name.charAt(i) != ':';
        }
        for (int i = 0; i < value.length(); i++) {
            good &= value.charAt(i) == '\t' || value.charAt(i) >= ' ' && value.charAt(i) != 127;
        }
        if (!good) {
            throw new IllegalArgumentException("header " + name + ": not a name and a value without line breaks");
        }
    }
}
