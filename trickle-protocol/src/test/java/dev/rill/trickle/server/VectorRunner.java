package dev.rill.trickle.server;

import static dev.rill.trickle.server.VectorJson.asList;
import static dev.rill.trickle.server.VectorJson.asMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleSubscriber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Plays one scenario of the vectors against a server. */
final class VectorRunner implements AutoCloseable {
    private static final long DEFAULT_WITHIN_MS = 2_000;

    private final TrickleServer server;
    private final Trickle local;
    private final String channel;
    private final Map<String, RawConnection> connections = new HashMap<>();
    private final Map<String, TricklePublisher> publishers = new HashMap<>();
    private long variable = -1;

    VectorRunner(final TrickleServer server, final String channel) {
        this.server = server;
        this.local = server.local();
        this.channel = channel;
    }

    void run(final List<Object> steps) throws Exception {
        for (int i = 0; i < steps.size(); i++) {
            final Map<String, Object> step = asMap(steps.get(i));
            try {
                step(step);
            } catch (final AssertionError | IOException e) {
                throw new AssertionError(channel + " step " + i + " " + step + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (final RawConnection connection : connections.values()) {
            connection.close();
        }
        local.close();
    }

    private void step(final Map<String, Object> step) throws Exception {
        final long withinMs = number(step, "withinMs", DEFAULT_WITHIN_MS);
        switch ((String) step.get("op")) {
            case "connect" -> connection(step);
            case "request" -> request(step);
            case "chunk" -> connection(step).chunk(text(step.get("text")));
            case "end" -> connection(step).endChunks();
            case "abort" -> abort(step);
            case "expect" -> expect(step, withinMs);
            case "expectBody" -> expectBody(step, withinMs);
            case "expectFirstChunk" -> expectFirstChunk(step, withinMs);
            case "expectInterim" -> expectInterim(step, withinMs);
            case "expectNothing" -> connection(step).assertNothing(number(step, "ms", 0));
            case "expectClosed" -> connection(step).assertClosed(withinMs);
            case "sleep" -> Thread.sleep(number(step, "ms", 0));
            case "repeat" -> repeat(step);
            case "local" -> local(step);
            default -> throw new AssertionError("unknown operation");
        }
    }

    private void repeat(final Map<String, Object> step) throws Exception {
        for (long i = 0; i < number(step, "times", 0); i++) {
            variable = i;
            run(asList(step.get("steps")));
        }
        variable = -1;
    }

    private void request(final Map<String, Object> step) throws IOException {
        final StringBuilder fields = new StringBuilder();
        if (step.get("headers") != null) {
            asMap(step.get("headers")).forEach((name, value) ->
                fields.append(name).append(": ").append(text(value)).append("\r\n"));
        }
        byte[] body = {};
        if (step.containsKey("body")) {
            body = body(step.get("body"));
            fields.append("Content-Length: ").append(body.length).append("\r\n");
        } else if (Boolean.TRUE.equals(step.get("chunked"))) {
            fields.append("Transfer-Encoding: chunked\r\n");
        }
        connection(step).request((String) step.get("method"), text(step.get("path")), fields.toString(), body);
    }

    private void abort(final Map<String, Object> step) throws IOException {
        final RawConnection connection = connections.remove(text(step.get("conn")));
        if ("rst".equals(step.get("mode"))) {
            connection.reset();
        } else {
            connection.close();
        }
    }

    private void expect(final Map<String, Object> step, final long withinMs) throws IOException {
        final RawConnection connection = connection(step);
        connection.awaitFinalHead(withinMs);
        final Object status = step.get("status");
        if (status instanceof List) {
            assertThat(asList(status)).contains((long) connection.status());
        } else {
            assertThat((long) connection.status()).isEqualTo(status);
        }
        if (step.get("headers") != null) {
            asMap(step.get("headers")).forEach((name, value) -> expectHeader(connection, name, value));
        }
        if (step.containsKey("body")) {
            expectBytes(connection.awaitBody(withinMs), body(step.get("body")));
        } else if (step.containsKey("bodyPrefix")) {
            final byte[] prefix = body(step.get("bodyPrefix"));
            expectBytes(connection.awaitBodyBytes(prefix.length, withinMs), prefix);
        }
    }

    private void expectHeader(final RawConnection connection, final String name, final Object expected) {
        final String actual = connection.header(name);
        if (expected instanceof Map) {
            final Map<String, Object> rule = asMap(expected);
            if (rule.containsKey("any")) {
                assertThat(actual).as(name).isNotNull();
            } else if (rule.containsKey("in")) {
                assertThat(asList(rule.get("in")).stream().map(String::valueOf)).as(name).contains(actual);
            } else {
                assertThat(actual == null || actual.equals(text(rule.get("optional")))).as(name + ": " + actual)
                    .isTrue();
            }
        } else {
            assertThat(actual).as(name).isEqualTo(expected == null ? null : text(expected));
        }
    }

    private void expectBody(final Map<String, Object> step, final long withinMs) throws IOException {
        final byte[] expected = body(step.get("text"));
        final RawConnection connection = connection(step);
        if (Boolean.TRUE.equals(step.get("complete"))) {
            expectBytes(connection.awaitBody(withinMs), expected);
        } else {
            expectBytes(connection.awaitBodyBytes(expected.length, withinMs), expected);
        }
    }

    private void expectFirstChunk(final Map<String, Object> step, final long withinMs) throws IOException {
        final RawConnection connection = connection(step);
        connection.awaitFinalHead(withinMs);
        assertThat((long) connection.status()).isEqualTo(step.get("status"));
        expectBytes(connection.awaitFirstChunk(withinMs), body(step.get("text")));
    }

    private void expectInterim(final Map<String, Object> step, final long withinMs) throws IOException {
        final long beginNs = System.nanoTime();
        connection(step).awaitInterim(withinMs);
        assertThat((long) connection(step).status()).isEqualTo(step.get("status"));
        assertThat((System.nanoTime() - beginNs) / 1_000_000).as("ms until the interim response")
            .isGreaterThanOrEqualTo(number(step, "afterMs", 0));
    }

    private void local(final Map<String, Object> step) throws InterruptedException {
        final String name = text(step.get("channel"));
        switch ((String) step.get("action")) {
            case "createChannel" -> server.channels().create(name, text(step.get("contentType")));
            case "write" -> assertThat(localWrite(name, text(step.get("text")))).isEqualTo(step.get("expect"));
            default -> localRead(step, name);
        }
    }

    private String localWrite(final String name, final String text) {
        final TricklePublisher publisher = publishers.computeIfAbsent(name, local::publish);
        if (publisher.failure() == EndReason.CHANNEL_NOT_FOUND) {
            return "error:stream not found";
        }
        final SegmentWriter writer = publisher.beginSegment();
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(writer.offer(ByteBuffer.wrap(bytes))).isEqualTo(bytes.length);
        writer.complete();
        return "ok";
    }

    private void localRead(final Map<String, Object> step, final String name) throws InterruptedException {
        final CollectingHandler handler = new CollectingHandler();
        final boolean found = "ok".equals(step.get("expect"));
        try (TrickleSubscriber subscriber = local.subscribe(name, number(step, "seq", 0))) {
            final long deadlineNs = System.nanoTime() + (found ? 2_000_000_000L : 200_000_000L);
            while (handler.ends == 0 && !subscriber.isEnded() && System.nanoTime() < deadlineNs) {
                if (subscriber.poll(handler, 16) == 0) {
                    Thread.sleep(1);
                }
            }
        }
        if (!found) {
            final String outcome = handler.endReason == EndReason.CHANNEL_NOT_FOUND ? "stream" : "seq";
            assertThat("error:" + outcome + " not found").isEqualTo(step.get("expect"));
            assertThat(handler.begins).isZero();
            return;
        }
        assertThat(handler.text()).isEqualTo(text(step.get("text")));
        final Map<String, Object> metadata = asMap(step.get("metadata"));
        assertThat(String.valueOf(handler.lastSequence)).isEqualTo(metadata.get("Lp-Trickle-Seq"));
        assertThat(handler.contentType).isEqualTo(metadata.get("Content-Type"));
        assertThat(String.valueOf(server.channels().nextSequence(name))).isEqualTo(metadata.get("Lp-Trickle-Latest"));
    }

    private RawConnection connection(final Map<String, Object> step) throws IOException {
        final String name = text(step.get("conn"));
        RawConnection connection = connections.get(name);
        if (connection == null) {
            connection = new RawConnection(server.port(), (int) number(step, "rcvbuf", 0));
            connections.put(name, connection);
        }
        return connection;
    }

    private byte[] body(final Object value) {
        if (value instanceof Map) {
            final Map<String, Object> rule = asMap(value);
            return rule.get("repeat").toString().repeat((int) (long) rule.get("times"))
                .getBytes(StandardCharsets.UTF_8);
        }
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    private String text(final Object value) {
        return String.valueOf(value)
            .replace("{ch}", channel)
            .replace("{i+1}", String.valueOf(variable + 1))
            .replace("{i}", String.valueOf(variable));
    }

    private static long number(final Map<String, Object> step, final String key, final long otherwise) {
        final Object value = step.get(key);
        return value == null ? otherwise : (long) value;
    }

    private static void expectBytes(final byte[] actual, final byte[] expected) {
        if (expected.length > 1_000) {
            assertThat(actual.length).as("length of the body").isEqualTo(expected.length);
            assertThat(Arrays.equals(actual, expected)).as("bytes of the body").isTrue();
        } else {
            assertThat(new String(actual, StandardCharsets.UTF_8))
                .isEqualTo(new String(expected, StandardCharsets.UTF_8));
        }
    }
}
