package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.client.Inbound;
import dev.rill.testing.Await;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is only so over HTTP/2. */
@ExtendWith(LeakCheck.class)
class H2ConnectionTest {
    private static final String BLOCK = "0123456789abcdef".repeat(1024);

    private ScriptedHttp2 server = new ScriptedHttp2();
    private final RecordingHandler handler = new RecordingHandler();
    private HttpTrickle trickle;

    @AfterEach
    void close() {
        if (trickle != null) {
            trickle.close();
        }
        server.close();
    }

    @Test
    void shouldCarryEverythingOfACarriageOnOneConnection() {
        connect(context());
        final TricklePublisher publisher = trickle.publish("out");
        final TrickleSubscriber subscriber = trickle.subscribe("in", 0);
        publisher.beginSegment();
        server.take("POST", "/out/0");
        server.take("POST", "/out/1");
        server.take("GET", "/in/0").respond(200, seq(0), "x");
        server.take("GET", "/in/1");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(server.connectionCount()).isEqualTo(1);
        assertThat(trickle.counters()).containsEntry("connections_opened", 1L);
    }

    @Test
    void shouldCloseTheConnectionWithItsLastUser() {
        connect(context());
        final TrickleSubscriber first = trickle.subscribe("a", 0);
        final TrickleSubscriber second = trickle.subscribe("b", 0);
        final Inbound parked = server.take("GET", "/a/0");
        server.take("GET", "/b/0");

        first.close();
        Await.until(() -> "stream not given up", parked::isGone);
        assertThat(server.connections()).hasSize(1);
        second.close();

        Await.until(() -> "connection still open", () -> server.connections().isEmpty());
    }

    @Test
    void shouldStopOnlyTheStreamThatIsNotRead() {
        connect(context().maxQueuedBytes(64 << 10));
        final TrickleSubscriber slow = trickle.subscribe("slow", 0);
        final Inbound stalled = server.take("GET", "/slow/0");
        stalled.respondHead(200, seq(0));
        for (int i = 0; i < 64; i++) {
            stalled.sendChunk(BLOCK);
        }
        Await.until(() -> "not paused", () -> trickle.counters().get("reads_paused") > 0);

        final TrickleSubscriber quick = trickle.subscribe("quick", 0);
        final Inbound flowing = server.take("GET", "/quick/0");
        flowing.respondHead(200, seq(0));
        for (int i = 0; i < 64; i++) {
            flowing.sendChunk(BLOCK);
        }
        flowing.endBody();
        handler.pollUntil(quick, () -> handler.segments().size() == 1);

        assertThat(handler.segments().get(0L)).hasSize(64 * BLOCK.length());
        assertThat(server.connectionCount()).isEqualTo(1);
        assertThat(trickle.counters().get("received_bytes"))
            .isLessThan(64L * BLOCK.length() + (64 << 10) + (256 << 10));
        stalled.endBody();
        final RecordingHandler late = new RecordingHandler();
        late.pollUntil(slow, () -> late.segments().size() == 1);
        assertThat(late.segments().get(0L)).hasSize(64 * BLOCK.length());
    }

    @Test
    void shouldServeWhatIsParkedAndGoOnElsewhereWhenThePeerGoesAway() {
        connect(context());
        final TrickleSubscriber subscriber = trickle.subscribe("in", 0);
        final StreamInbound parked = (StreamInbound) server.take("GET", "/in/0");
        server.goAway(parked.connection(), 0);
        parked.respond(200, seq(0), "last of the old");

        final StreamInbound next = (StreamInbound) server.take("GET", "/in/1");
        next.respond(200, seq(1), "first of the new");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 2);

        assertThat(handler.log()).containsExactly("begin 0", "end 0", "begin 1", "end 1");
        assertThat(next.connection()).isNotSameAs(parked.connection());
        Await.until(() -> "old connection still open", () -> !parked.connection().isActive());
    }

    @Test
    @Tag("T-177")
    void shouldSendSegmentAgainWholeWhenThePeerDidNotLookAtIt() {
        connect(context());
        final TricklePublisher publisher = trickle.publish("out");
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "kept ");
        final StreamInbound refused = (StreamInbound) server.take("POST", "/out/0");
        Await.until(() -> "no body", () -> refused.consume("kept "));
        refused.reset(Http2Error.REFUSED_STREAM);
        final Inbound again = server.take("POST", "/out/0");
        offer(segment, "whole");
        segment.complete();
        Await.until(() -> "body " + again.bodyText(), again::isComplete);
        again.respond(200, seq(0), "");

        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        assertThat(again.bodyText()).isEqualTo("kept whole");
        assertThat(trickle.counters()).containsEntry("segments_confirmed", 1L);
    }

    @Test
    @Tag("T-177")
    void shouldLoseSegmentThatWasTooLongToKeepWhenThePeerDidNotLookAtIt() {
        connect(context().maxRetryBytes(8));
        final TricklePublisher publisher = trickle.publish("out");
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "longer than that");
        final StreamInbound refused = (StreamInbound) server.take("POST", "/out/0");
        Await.until(() -> "no body", () -> refused.consume("longer than that"));

        refused.reset(Http2Error.REFUSED_STREAM);

        server.take("DELETE", "/out/0").respond(200, Map.of(), "");
        Await.until(() -> "still accepting", () -> segment.offer(bytes("y")) == SegmentWriter.CLOSED);
        assertThat(trickle.counters()).containsEntry("segments_lost_connection", 1L);
    }

    @Test
    @Tag("T-174")
    void shouldTakeAnAnswerAheadOfTheRequestsEndAsNormal() {
        connect(context());
        final TricklePublisher publisher = trickle.publish("out");
        final SegmentWriter segment = publisher.beginSegment();
        final StreamInbound early = (StreamInbound) server.take("POST", "/out/0");
        early.respond(200, seq(0), "");
        early.reset(Http2Error.NO_ERROR);
        Await.until(() -> "still accepting", () -> segment.offer(bytes("x")) == SegmentWriter.CLOSED);
        segment.complete();

        final SegmentWriter next = publisher.beginSegment();
        offer(next, "fine");
        next.complete();
        final Inbound second = server.take("POST", "/out/1");
        Await.until(() -> "body " + second.bodyText(), second::isComplete);
        second.respond(200, seq(1), "");

        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        assertThat(publisher.failure()).isNull();
        assertThat(trickle.counters()).containsEntry("segments_lost_refused", 1L)
            .containsEntry("segments_confirmed", 1L).containsEntry("connections_opened", 1L);
    }

    @Test
    void shouldOpenAnotherConnectionWhenThePeerAllowsNoMoreStreams() {
        server.close();
        server = new ScriptedHttp2(2);
        connect(context());
        final TrickleSubscriber[] subscribers = new TrickleSubscriber[5];
        trickle.subscribe("first", 0);
        final StreamInbound first = (StreamInbound) server.take("GET", "/first/0");
        for (int i = 0; i < subscribers.length; i++) {
            subscribers[i] = trickle.subscribe("ch" + i, 0);
        }
        for (int i = 0; i < subscribers.length; i++) {
            server.take("GET", "/ch" + i + "/0");
        }

        assertThat(server.connectionCount()).isEqualTo(3);
        assertThat(first.isGone()).isFalse();
        assertThat(trickle.counters()).containsEntry("requests_retried", 0L);
    }

    @Test
    @Tag("T-186")
    void shouldAskAgainForEverythingWhenTheConnectionBreaks() {
        connect(context());
        final TrickleSubscriber subscriber = trickle.subscribe("in", 3);
        trickle.publish("out");
        server.take("GET", "/in/3");
        server.take("POST", "/out/0");

        for (final Channel connection : server.connections()) {
            connection.close();
        }

        server.take("POST", "/out/0");
        server.take("GET", "/in/3").respond(200, seq(3), "x");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);
        assertThat(server.connectionCount()).isEqualTo(2);
    }

    @Test
    void shouldAskAgainWhenAStreamEndsWithoutAHead() {
        connect(context());
        final TrickleSubscriber subscriber = trickle.subscribe("in", 0);
        server.take("GET", "/in/0").respondProvisional(103);
        final StreamInbound headless = (StreamInbound) server.requests().get(0);
        headless.reset(Http2Error.NO_ERROR);

        server.take("GET", "/in/0").respond(200, seq(0), "x");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("begin 0", "end 0");
    }

    private HttpTrickleContext context() {
        return ScriptedContext.of(server).backoffInitialNs(TimeUnit.MILLISECONDS.toNanos(20))
            .closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200));
    }

    private void connect(final HttpTrickleContext context) {
        trickle = HttpTrickle.connect(context);
    }

    private static Map<String, String> seq(final long sequence) {
        return Map.of("Lp-Trickle-Seq", String.valueOf(sequence));
    }

    private static void offer(final SegmentWriter segment, final String text) {
        assertThat(segment.offer(bytes(text))).isEqualTo(text.length());
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
