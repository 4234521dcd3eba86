package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Executes one of the {@code clientScenarios} of {@code trickle-vectors.json} against a {@link ScriptedServer}. */
final class ClientScenario implements AutoCloseable {
    private static final String CHANNEL = "ch";

    private final Map<String, Object> scenario;
    private final ScriptedServer server;
    private final HttpTrickle trickle;
    private final Map<String, Inbound> named = new HashMap<>();
    private final RecordingHandler handler = new RecordingHandler();
    private TricklePublisher publisher;
    private TrickleSubscriber subscriber;
    private SegmentWriter writer;
    private int lastOffer;
    private long lastAnswerNs;

    ClientScenario(final Map<String, Object> scenario, final ScriptedServer server) {
        this.scenario = scenario;
        this.server = server;
        trickle = HttpTrickle.connect(server.context().closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(100)));
    }

    void run() {
        final Map<String, Object> config = Json.map(scenario.get("config"));
        if ("subscriber".equals(scenario.get("role"))) {
            subscriber = trickle.subscribe(CHANNEL, (Long) config.get("start"));
        } else if ("resume".equals(config.get("startSeq"))) {
            publisher = trickle.resume(CHANNEL, "video/MP2T");
        } else {
            assertThat(config.get("startSeq")).isEqualTo(0L);
            publisher = trickle.publish(CHANNEL);
        }
        for (final Object step : Json.list(scenario.get("script"))) {
            step(Json.map(step));
        }
        checkOutcome(Json.map(scenario.get("outcome")));
    }

    @Override
    public void close() {
        trickle.close();
        server.close();
    }

    private void step(final Map<String, Object> step) {
        final Inbound on = named.get(step.get("on"));
        if (step.containsKey("expect")) {
            expect(Json.map(step.get("expect")), (String) step.get("as"));
        } else if (step.containsKey("app")) {
            application((String) step.get("app"), (String) step.get("text"));
        } else if (step.containsKey("expectBody")) {
            final String text = (String) step.get("expectBody");
            Await.until(() -> on + " has body " + on.bodyText(), () -> on.consume(text));
            if (Boolean.TRUE.equals(step.get("complete"))) {
                Await.until(() -> on + " not complete", on::isComplete);
            } else {
                assertThat(on.isComplete()).isFalse();
            }
        } else {
            answer(step, on);
        }
    }

    private void answer(final Map<String, Object> step, final Inbound on) {
        lastAnswerNs = System.nanoTime();
        if (step.containsKey("respond")) {
            final Map<String, Object> answer = Json.map(step.get("respond"));
            on.respond(status(answer), fields(answer), (String) answer.getOrDefault("body", ""));
            if (Boolean.TRUE.equals(step.get("thenClose"))) {
                on.finish();
                Await.until(() -> on + " not closed by the client", on::isGone);
            }
        } else if (step.containsKey("respondInterim")) {
            for (long i = 0; i < (Long) step.get("times"); i++) {
                on.respondProvisional(((Long) step.get("respondInterim")).intValue());
            }
        } else if (step.containsKey("respondHead")) {
            final Map<String, Object> answer = Json.map(step.get("respondHead"));
            on.respondHead(status(answer), fields(answer));
        } else if (step.containsKey("sendChunk")) {
            on.sendChunk((String) step.get("sendChunk"));
        } else if (step.containsKey("endBody")) {
            on.endBody();
        } else if ("rst".equals(step.get("close"))) {
            on.reset();
        } else {
            assertThat(step).as("step").containsKey("serve");
            serveEmptySegments((Long) step.get("forMs"));
        }
    }

    private void expect(final Map<String, Object> expected, final String name) {
        final Inbound request = server.take((String) expected.get("method"),
            ((String) expected.get("path")).replace("{ch}", CHANNEL));
        fields(expected).forEach((field, value) -> checkHeader(request, field, Json.map(expected.get("headers"))));
        if (expected.containsKey("notBeforeMs")) {
            assertThat(request.arrivedNs() - lastAnswerNs)
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos((Long) expected.get("notBeforeMs")));
        }
        named.put(name, request);
    }

    private static void checkHeader(final Inbound request, final String field, final Map<String, Object> expected) {
        final Object value = expected.get(field);
        if ("Transfer-Encoding".equals(field) && request instanceof StreamInbound) {
            assertThat(request.header(field)).as("%s of %s", field, request).isNull();
            return;
        }
        if (value instanceof Map) {
            assertThat(request.header(field)).as("%s of %s", field, request).isNotNull();
        } else {
            assertThat(request.header(field)).as("%s of %s", field, request).isEqualTo(value);
        }
    }

    private void application(final String action, final String text) {
        switch (action) {
            case "openSegment":
                writer = publisher.beginSegment();
                break;
            case "write":
                lastOffer = writer.offer(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
                break;
            case "closeSegment":
                writer.complete();
                break;
            default:
                throw new AssertionError("unknown action " + action);
        }
    }

    private void serveEmptySegments(final long forMs) {
        server.responder(request -> request.respond(200,
            Map.of("Lp-Trickle-Seq", request.path().substring(request.path().lastIndexOf('/') + 1)), ""));
        Await.pause(forMs);
    }

    private void checkOutcome(final Map<String, Object> outcome) {
        outcome.forEach(this::checkOutcome);
    }

    private void checkOutcome(final String key, final Object value) {
        switch (key) {
            case "segment":
                checkSegment((String) value);
                break;
            case "seq":
                assertThat(writer.sequence()).isEqualTo(value);
                break;
            case "error":
                Await.until(() -> "failure " + publisher.failure(), () -> publisher.failure()
                    == ("channelNotFound".equals(value) ? EndReason.CHANNEL_NOT_FOUND : EndReason.CHANNEL_CLOSED));
                assertThat(lastOffer).isEqualTo(SegmentWriter.CLOSED);
                break;
            case "terminal":
                assertThat(publisher.failure() != null).isEqualTo(value);
                break;
            case "noFurtherRequests":
                checkNoFurtherRequests();
                break;
            case "segments":
                Json.list(value).forEach(s -> checkReceived(Json.map(s)));
                break;
            case "gapReported":
                checkGap(value);
                break;
            case "end":
                handler.pollUntil(subscriber, subscriber::isEnded);
                assertThat(handler.end()).isEqualTo(EndReason.CHANNEL_CLOSED);
                break;
            case "maxRequests":
                handler.pollUntil(subscriber, () -> handler.segments().size() > 5);
                assertThat(server.requestCount()).isBetween(5, ((Long) value).intValue());
                break;
            default:
                throw new AssertionError("unknown outcome " + key);
        }
    }

    private void checkSegment(final String expected) {
        if ("ok".equals(expected)) {
            Await.until(() -> "counters " + trickle.counters(),
                () -> trickle.counters().get("segments_confirmed") == 1 && publisher.unconfirmedSegments() == 0);
            assertThat(publisher.failure()).isNull();
        } else {
            assertThat(writer.offer(ByteBuffer.wrap(new byte[1]))).isEqualTo(SegmentWriter.CLOSED);
            assertThat(trickle.counters().get("segments_lost_connection")).isEqualTo(1);
        }
    }

    private void checkReceived(final Map<String, Object> segment) {
        final Long sequence = (Long) segment.get("seq");
        handler.pollUntil(subscriber, () -> handler.segments().containsKey(sequence));
        assertThat(new String(handler.segments().get(sequence), StandardCharsets.ISO_8859_1))
            .isEqualTo(segment.get("text"));
    }

    private void checkGap(final Object value) {
        if (value != null) {
            final String gap = "gap " + Json.map(value).get("from") + " " + Json.map(value).get("to");
            handler.pollUntil(subscriber, () -> handler.log().contains(gap));
        } else {
            subscriber.poll(handler, 64);
            assertThat(handler.log()).isEmpty();
        }
    }

    private void checkNoFurtherRequests() {
        final int before = server.requestCount();
        Await.pause(300);
        assertThat(server.requestCount()).as("requests %s", server.requests()).isEqualTo(before);
    }

    private static int status(final Map<String, Object> answer) {
        return ((Long) answer.get("status")).intValue();
    }

    private static Map<String, String> fields(final Map<String, Object> message) {
        final Map<String, String> result = new HashMap<>();
        if (message.containsKey("headers")) {
            Json.map(message.get("headers")).forEach((name, value) -> result.put(name, String.valueOf(value)));
        }
        return result;
    }
}
