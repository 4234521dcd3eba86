package dev.rill.trickle.http1;

import dev.rill.trickle.Responder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Takes the answer of a host's handler from any thread to the connection's loop. */
final class RoutedResponder implements Responder {
    private final Http1Connection connection;
    private final Exchange exchange;
    private final AtomicBoolean answered = new AtomicBoolean();

    RoutedResponder(final Http1Connection connection, final Exchange exchange) {
        this.connection = connection;
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
        connection.onLoop(() -> send(status, fields, bytes));
    }

    /** The handler threw: 500 unless it had answered. */
    void failed() {
        if (answered.compareAndSet(false, true)) {
            send(500, Map.of("Content-Type", "text/plain; charset=utf-8"), Heads.ascii("Server error\n"));
        }
    }

    private void send(final int status, final Map<String, String> fields, final byte[] body) {
        if (!connection.isServing(exchange)) {
            return;
        }
        final ByteBuf out = Heads.begin(connection.context().alloc(), status);
        fields.forEach((name, value) -> Heads.put(out, Heads.ascii(name + ": "), value));
        if (status != 204 && status != 304) {
            Heads.put(out, Heads.CONTENT_LENGTH, body.length);
        }
        Heads.end(out, connection.isClosing());
        connection.write(out);
        if (!connection.isHead() && body.length > 0 && status != 204 && status != 304) {
            connection.write(Unpooled.wrappedBuffer(body));
        }
        connection.responseEnd(false);
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
