package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.client.Inbound;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The connection breaks after each number of bytes that a peer answers with. Whatever that number, the client neither
 * hangs nor loses a buffer nor shows or stores anything twice.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class ClientEarlyDisconnectTest {
    private static final int UNCUT = Integer.MAX_VALUE;
    private static final int SEGMENTS = 2;
    private static final String TEXT = "hello, segment ";

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void shouldReadOnWhereverItsConnectionBreaks(final int version, final boolean reset) {
        final int length = subscribe(version, UNCUT, reset);
        assertThat(length).isGreaterThan(60);
        for (int cut = 0; cut <= length; cut++) {
            subscribe(version, cut, reset);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void shouldPublishOnWhereverItsConnectionBreaks(final int version, final boolean reset) {
        final int length = publish(version, UNCUT, reset);
        assertThat(length).isGreaterThan(20);
        for (int cut = 0; cut <= length; cut++) {
            publish(version, cut, reset);
        }
    }

    private static int subscribe(final int version, final int cut, final boolean reset) {
        final RecordingHandler handler = new RecordingHandler();
        try (ScriptedServer server = server(version);
            CuttingProxy proxy = new CuttingProxy(server.baseUri(), cut, reset);
            HttpTrickle trickle = HttpTrickle.connect(context(server, proxy))) {
            server.responder(request -> orLost(() -> serve(request)));
            final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
            handler.pollUntil(subscriber, subscriber::isEnded);

            assertThat(handler.end()).as("cut at %d, log %s", cut, handler.log()).isEqualTo(EndReason.CHANNEL_CLOSED);
            for (long n = 0; n < SEGMENTS; n++) {
                final String seen = new String(handler.segments().get(n), StandardCharsets.ISO_8859_1);
                assertThat(TEXT + n).as("cut at %d", cut).startsWith(seen);
                assertThat(handler.log()).as("cut at %d", cut).containsOnlyOnce("begin " + n)
                    .contains(seen.equals(TEXT + n) && handler.log().contains("end " + n) ? "end " + n : "torn " + n);
            }
            return proxy.passed();
        }
    }

    private static int publish(final int version, final int cut, final boolean reset) {
        final Set<Inbound> answered = new HashSet<>();
        try (ScriptedServer server = server(version);
            CuttingProxy proxy = new CuttingProxy(server.baseUri(), cut, reset);
            HttpTrickle trickle = HttpTrickle.connect(context(server, proxy))) {
            final TricklePublisher publisher = trickle.publish("ch");
            for (int n = 0; n < SEGMENTS; n++) {
                final SegmentWriter segment = publisher.beginSegment();
                // A segment that is lost already takes nothing.
                segment.offer(ByteBuffer.wrap((TEXT + n).getBytes(StandardCharsets.ISO_8859_1)));
                segment.complete();
            }
            Await.until(() -> "cut at " + cut + ": " + trickle.counters() + " after " + server.requests(), () -> {
                answerComplete(server, answered);
                return publisher.unconfirmedSegments() == 0 && settled(trickle) == SEGMENTS;
            });

            assertThat(publisher.failure()).as("cut at %d", cut).isNull();
            assertStoredOnce(server, cut);
            publisher.leave();
            return proxy.passed();
        }
    }

    private static void assertStoredOnce(final ScriptedServer server, final int cut) {
        final Map<String, String> stored = new HashMap<>();
        for (final Inbound request : server.requests()) {
            if (request.method().equals("POST") && request.isComplete() && !request.bodyText().isEmpty()) {
                final String number = request.path().substring("/ch/".length());
                assertThat(request.bodyText()).as("cut at %d", cut).isEqualTo(TEXT + number);
                assertThat(stored.put(number, request.bodyText())).as("cut at %d: %s again", cut, request).isNull();
            }
        }
    }

    private static long settled(final HttpTrickle trickle) {
        return trickle.counters().entrySet().stream()
            .filter(e -> e.getKey().startsWith("segments_lost") || e.getKey().equals("segments_confirmed"))
            .mapToLong(Map.Entry::getValue).sum();
    }

    private static void answerComplete(final ScriptedServer server, final Set<Inbound> answered) {
        for (final Inbound request : server.requests()) {
            if (request.isComplete() && answered.add(request)) {
                orLost(() -> request.respond(200, Map.of(), ""));
            }
        }
    }

    private static void serve(final Inbound request) {
        final long number = Long.parseLong(request.path().substring("/ch/".length()));
        final Map<String, String> seq = Map.of("Lp-Trickle-Seq", String.valueOf(number));
        if (number >= SEGMENTS) {
            request.respond(200, Map.of("Lp-Trickle-Closed", "terminated"), "");
        } else if (number == 0) {
            request.respondProvisional(102);
            request.respondHead(200, seq);
            request.sendChunk(TEXT);
            request.sendChunk("0");
            request.endBody();
        } else {
            request.respond(200, seq, TEXT + number);
        }
    }

    /** Answers, unless the connection has been cut before. */
    private static void orLost(final Runnable answer) {
        try {
            answer.run();
        } catch (final AssertionError e) {
            assertThat(e).hasMessageStartingWith("cannot answer");
        }
    }

    private static ScriptedServer server(final int version) {
        return version == 1 ? new ScriptedHttp1() : new ScriptedHttp2();
    }

    private static HttpTrickleContext context(final ScriptedServer server, final CuttingProxy proxy) {
        return ScriptedContext.of(server).baseUri(proxy.baseUri()).nativeTransport(false)
            .backoffInitialNs(TimeUnit.MILLISECONDS.toNanos(1)).backoffMaxNs(TimeUnit.MILLISECONDS.toNanos(5))
            .closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(100));
    }
}
