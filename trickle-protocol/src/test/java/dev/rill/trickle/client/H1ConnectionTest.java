package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.conform.client.SocketInbound;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is only so over HTTP/1.1. */
@ExtendWith(LeakCheck.class)
class H1ConnectionTest {
    private final ScriptedServer server = new ScriptedHttp1();
    private final RecordingHandler handler = new RecordingHandler();
    private final HttpTrickleContext context = ScriptedContext.of(server)
        .backoffInitialNs(TimeUnit.MILLISECONDS.toNanos(20));
    private HttpTrickle trickle;

    @AfterEach
    void close() {
        if (trickle != null) {
            trickle.close();
        }
        server.close();
    }

    @Test
    void shouldReuseConnectionWhenResponseEndedCleanly() {
        final TrickleSubscriber subscriber = subscribe(0);
        server.take("GET", "/ch/0").respond(200, seq(0), "a");
        server.take("GET", "/ch/1").respond(200, seq(1), "b");
        server.take("GET", "/ch/2").respond(200, seq(2), "c");

        handler.pollUntil(subscriber, () -> handler.segments().size() == 3);

        server.take("GET", "/ch/3");
        assertThat(trickle.counters().get("connections_opened")).isLessThanOrEqualTo(3);
        assertThat(trickle.counters().get("connections_reused")).isGreaterThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDeliverExactBytesWhenResponseArrivesByteByByte(final boolean epoll) {
        context.nativeTransport(epoll);
        final TrickleSubscriber subscriber = subscribe(0);
        final SocketInbound request = (SocketInbound) server.take("GET", "/ch/0");
        final String response = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nLp-Trickle-Seq: 0\r\nX-Unknown: y\r\n"
            + "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n001\r\n!\r\n0\r\n\r\n";
        for (int i = 0; i < response.length(); i++) {
            request.send(response.substring(i, i + 1));
        }

        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(text(0)).isEqualTo("hello!");
        assertThat(handler.contentType()).isEqualTo("text/plain");
        assertThat(handler.log()).containsExactly("begin 0", "end 0");
    }

    @Test
    void shouldTellTornSegmentWhenChunkingIsBroken() {
        final TrickleSubscriber subscriber = subscribe(0);
        final SocketInbound torn = (SocketInbound) server.take("GET", "/ch/0");
        torn.respondHead(200, seq(0));
        torn.sendChunk("par");
        torn.send("not a number\r\n");

        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("begin 0", "torn 0");
    }

    private TrickleSubscriber subscribe(final long start) {
        trickle = HttpTrickle.connect(context);
        return trickle.subscribe("ch", start);
    }

    private String text(final long sequence) {
        return new String(handler.segments().get(sequence), StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> seq(final long sequence) {
        return Map.of("Lp-Trickle-Seq", String.valueOf(sequence));
    }
}
