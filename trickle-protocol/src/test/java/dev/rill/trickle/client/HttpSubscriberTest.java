package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.client.Inbound;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class HttpSubscriberTest {
    private final ScriptedServer server = newServer();
    private final RecordingHandler handler = new RecordingHandler();
    private final HttpTrickleContext context = ScriptedContext.of(server)
        .backoffInitialNs(TimeUnit.MILLISECONDS.toNanos(20));
    private HttpTrickle trickle;

    ScriptedServer newServer() {
        return new ScriptedHttp1();
    }

    @AfterEach
    void close() {
        if (trickle != null) {
            trickle.close();
        }
        server.close();
    }

    @Test
    @Tag("T-181")
    void shouldDeliverSegmentsInOrderWhenNextArrivesBeforeCurrentHasEnded() {
        final TrickleSubscriber subscriber = subscribe(Trickle.CURRENT);
        final Inbound first = server.take("GET", "/ch/-2");
        first.respondHead(200, seq(7));
        first.sendChunk("one ");
        final Inbound second = server.take("GET", "/ch/8");
        second.respondHead(200, seq(8));
        second.sendChunk("three");
        second.endBody();
        handler.pollUntil(subscriber, () -> handler.openBytes() == 4);
        first.sendChunk("two");
        first.endBody();

        handler.pollUntil(subscriber, () -> handler.segments().containsKey(8L));

        assertThat(handler.log()).containsExactly("begin 7", "end 7", "begin 8", "end 8");
        assertThat(text(7)).isEqualTo("one two");
        assertThat(text(8)).isEqualTo("three");
        server.take("GET", "/ch/9");
    }

    @Test
    void shouldDeliverBeginAndEndWhenSegmentIsEmpty() {
        final TrickleSubscriber subscriber = subscribe(4);
        server.take("GET", "/ch/4").respond(200, seq(4), "");

        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("begin 4", "end 4");
        server.take("GET", "/ch/5");
    }

    @Test
    void shouldStopReadingWhenConsumerIsFullAndGoOnWhenItDrains() throws InterruptedException {
        context.maxQueuedBytes(64 << 10);
        final TrickleSubscriber subscriber = subscribe(0);
        final Inbound request = server.take("GET", "/ch/0");
        request.respondHead(200, seq(0));
        final String chunk = "0123456789abcdef".repeat(4096);
        final Thread writer = new Thread(() -> {
            for (int i = 0; i < 400; i++) {
                request.sendChunk(chunk);
            }
            request.endBody();
        });
        writer.start();
        Await.until(() -> "counters " + trickle.counters(), () -> trickle.counters().get("reads_paused") > 0);
        final long received = trickle.counters().get("received_bytes");

        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);
        writer.join(Await.TIMEOUT_MS);

        assertThat(received).isBetween(64L << 10, 1L << 20);
        assertThat(handler.segments().get(0L)).isEqualTo(chunk.repeat(400).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    @Tag("T-186")
    void shouldAskForSameNumberAfterBackoffWhenResetWhileParked() {
        final TrickleSubscriber subscriber = subscribe(Trickle.NEXT);
        server.take("GET", "/ch/-1").reset();
        server.take("GET", "/ch/-1").reset();

        server.take("GET", "/ch/-1").respond(200, seq(5), "x");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("begin 5", "end 5");
        assertThat(trickle.counters().get("requests_retried")).isEqualTo(2);
    }

    @Test
    @Tag("T-187")
    void shouldTellTornSegmentAndResumeWithNextWhenResetInMidBody() {
        final TrickleSubscriber subscriber = subscribe(0);
        final Inbound torn = server.take("GET", "/ch/0");
        torn.respondHead(200, seq(0));
        torn.sendChunk("par");
        handler.pollUntil(subscriber, () -> handler.openBytes() == 3);
        torn.reset();

        server.take("GET", "/ch/1").respond(200, seq(1), "whole");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 2);

        assertThat(handler.log()).containsExactly("begin 0", "torn 0", "begin 1", "end 1");
    }

    @Test
    void shouldEndWithPeerLostWhenBudgetIsUsedUp() {
        server.responder(Inbound::reset);
        context.retryBudgetNs(TimeUnit.MILLISECONDS.toNanos(200));
        final TrickleSubscriber subscriber = subscribe(0);

        handler.pollUntil(subscriber, subscriber::isEnded);

        assertThat(handler.end()).isEqualTo(EndReason.PEER_LOST);
        assertThat(server.requestCount()).isBetween(2, 12);
    }

    @Test
    @Tag("T-183")
    void shouldEndWithNotFoundWhenChannelNeverExisted() {
        final TrickleSubscriber subscriber = subscribe(0);
        server.take("GET", "/ch/0").respond(404, Map.of(), "Stream not found\n");

        handler.pollUntil(subscriber, subscriber::isEnded);

        assertThat(handler.end()).isEqualTo(EndReason.CHANNEL_NOT_FOUND);
        assertThat(server.requestCount()).isEqualTo(1);
    }

    @Test
    void shouldWaitForChannelWhenNotFoundMayBeRetried() {
        context.notFoundRetryNs(TimeUnit.SECONDS.toNanos(10));
        final TrickleSubscriber subscriber = subscribe(0);
        server.take("GET", "/ch/0").respond(404, Map.of(), "Stream not found\n");
        server.take("GET", "/ch/0").respond(404, Map.of(), "Stream not found\n");
        server.take("GET", "/ch/0").respond(200, seq(0), "x");

        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("begin 0", "end 0");
    }

    @Test
    void shouldEndWithClosedWhenChannelIsGoneAfterData() {
        final TrickleSubscriber subscriber = subscribe(0);
        server.take("GET", "/ch/0").respond(200, seq(0), "x");
        server.take("GET", "/ch/1").respond(404, Map.of(), "Stream not found\n");

        handler.pollUntil(subscriber, subscriber::isEnded);

        assertThat(handler.log()).containsExactly("begin 0", "end 0", "over CHANNEL_CLOSED");
    }

    @Test
    @Tag("T-183")
    void shouldTellEndAfterCurrentSegmentWhenNextIsRefusedEarly() {
        final TrickleSubscriber subscriber = subscribe(0);
        final Inbound current = server.take("GET", "/ch/0");
        current.respondHead(200, seq(0));
        current.sendChunk("x");
        server.take("GET", "/ch/1").respond(200, Map.of("Lp-Trickle-Closed", "terminated"), "");
        handler.pollUntil(subscriber, () -> handler.openBytes() == 1);
        current.sendChunk("y");
        current.endBody();

        handler.pollUntil(subscriber, subscriber::isEnded);

        assertThat(text(0)).isEqualTo("xy");
        assertThat(handler.log()).containsExactly("begin 0", "end 0", "over CHANNEL_CLOSED");
    }

    @ParameterizedTest
    @CsvSource({"LATEST, 9, 5", "CURRENT, 8, 5", "OLDEST, 5, 5", "OLDEST, 9, "})
    @Tag("T-182")
    void shouldJumpByPolicyWhenFallenBehind(final GapPolicy policy, final long next, final String oldest) {
        context.gapPolicy(policy);
        final TrickleSubscriber subscriber = subscribe(2);
        server.take("GET", "/ch/2").respond(470, oldest == null ? Map.of("Lp-Trickle-Latest", "9")
            : Map.of("Lp-Trickle-Latest", "9", "Lp-Trickle-Oldest", oldest), "Entry not found");

        server.take("GET", "/ch/" + next).respond(200, seq(next), "x");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("gap 2 " + next, "begin " + next, "end " + next);
        assertThat(trickle.counters().get("segments_skipped")).isEqualTo(next - 2);
    }

    @Test
    @Tag("T-182")
    @Tag("T-189")
    void shouldAskAtGrowingIntervalsThenAcceptRestartWhenPeerIsBehind() {
        context.restartAcceptNs(TimeUnit.SECONDS.toNanos(1));
        final TrickleSubscriber subscriber = subscribe(5);
        final long[] arrived = new long[3];
        for (int i = 0; i < arrived.length; i++) {
            final Inbound request = server.take("GET", "/ch/5");
            arrived[i] = request.arrivedNs();
            request.respond(470, Map.of("Lp-Trickle-Latest", "1"), "");
        }
        server.responder(request -> {
            if (request.path().equals("/ch/1")) {
                request.respond(200, seq(1), "again");
            } else if (request.path().equals("/ch/5")) {
                request.respond(470, Map.of("Lp-Trickle-Latest", "1"), "");
            }
        });

        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(arrived[1] - arrived[0]).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(arrived[2] - arrived[1]).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(handler.log()).containsExactly("begin 1", "end 1");
    }

    @Test
    void shouldNotSpinWhenRefusalsRepeat() {
        final AtomicInteger pointer = new AtomicInteger(10);
        server.responder(request -> request.respond(470,
            Map.of("Lp-Trickle-Latest", String.valueOf(pointer.incrementAndGet())), ""));
        final long startedNs = System.nanoTime();
        final TrickleSubscriber subscriber = subscribe(0);
        Await.pause(500);

        subscriber.poll(handler, 100);

        final int requests = server.requestCount();
        final long elapsedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
        assertThat(requests).isBetween(2, (int) (3 + elapsedMs / 50));
        assertThat(handler.log().get(0)).isEqualTo("gap 0 11");
    }

    @Test
    @Tag("T-188")
    void shouldEndPromptlyWhenClosedWhileParked() {
        final TrickleSubscriber subscriber = subscribe(0);
        final Inbound parked = server.take("GET", "/ch/0");
        final long startedNs = System.nanoTime();

        subscriber.close();
        final long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);

        // 100 ms are promised; what is above that is the machine's, see CarriageContractTest for the best of five.
        assertThat(tookMs).isLessThan(500);
        Await.until(() -> "connection still open", parked::isGone);
        assertThat(subscriber.poll(handler, 10)).isEqualTo(1);
        assertThat(handler.log()).containsExactly("over CLOSED");
        assertThat(subscriber.isEnded()).isTrue();
        assertThat(subscriber.poll(handler, 10)).isZero();
    }

    @Test
    void shouldReleaseWhatIsQueuedWhenClosedInMidSegment() {
        final TrickleSubscriber subscriber = subscribe(0);
        final Inbound request = server.take("GET", "/ch/0");
        request.respondHead(200, seq(0));
        request.sendChunk("x");
        handler.pollUntil(subscriber, () -> handler.openBytes() == 1);
        request.sendChunk("never seen");
        Await.until(() -> "counters " + trickle.counters(), () -> trickle.counters().get("received_bytes") == 11);

        subscriber.close();
        subscriber.poll(handler, 10);

        assertThat(handler.log()).containsExactly("begin 0", "torn 0", "over CLOSED");
    }

    @Test
    void shouldReleaseBufferWhenHandlerThrows() {
        final TrickleSubscriber subscriber = subscribe(0);
        server.take("GET", "/ch/0").respond(200, seq(0), "x");
        final SegmentHandler failing = new FailingHandler();

        assertThatThrownBy(() -> Await.until(() -> "nothing came", () -> subscriber.poll(failing, 10) < 0))
            .hasMessage("refused");
    }

    @Test
    void shouldWakeReaderWhenSomethingArrives() {
        final AtomicInteger wakes = new AtomicInteger();
        final TrickleSubscriber subscriber = subscribe(0);
        subscriber.onReadable(wakes::incrementAndGet);
        final Inbound request = server.take("GET", "/ch/0");
        request.respondHead(200, seq(0));
        request.sendChunk("x");
        Await.until(() -> "no wake-up", () -> wakes.get() > 0);
        handler.pollUntil(subscriber, () -> handler.openBytes() == 1);
        assertThat(subscriber.poll(handler, 10)).isZero();
        final int before = wakes.get();

        request.sendChunk("y");

        Await.until(() -> "no second wake-up", () -> wakes.get() > before);
        subscriber.poll(handler, 10);
        assertThat(handler.openBytes()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -2, 0, 7})
    @Tag("T-180")
    void shouldAskForTheStartAsItWasGiven(final long start) {
        subscribe(start);

        server.take("GET", "/ch/" + start);

        assertThat(server.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    @Tag("T-183")
    void shouldEndWithAReasonAndAskNoMoreWhenRefused(final int status) {
        final TrickleSubscriber subscriber = subscribe(0);
        server.take("GET", "/ch/0").respond(status, Map.of(), "no");

        handler.pollUntil(subscriber, subscriber::isEnded);

        assertThat(handler.log()).containsExactly("over REFUSED");
        assertThat(server.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void shouldAskAgainWhenThePeerIsBusy(final int status) {
        final TrickleSubscriber subscriber = subscribe(3);
        server.take("GET", "/ch/3").respond(status, Map.of(), "busy");
        server.take("GET", "/ch/3").respond(status, Map.of(), "busy");
        server.take("GET", "/ch/3").respond(200, seq(3), "x");

        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("begin 3", "end 3");
    }

    @Test
    @Tag("T-185")
    void shouldNotSpinWhenEverySegmentIsEmpty() {
        server.responder(request -> request.respond(200,
            seq(Long.parseLong(request.path().substring("/ch/".length()))), ""));
        final long startedNs = System.nanoTime();
        final TrickleSubscriber subscriber = subscribe(0);
        Await.pause(1_000);

        subscriber.poll(handler, 1_000);

        final long elapsedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
        assertThat(server.requestCount()).isBetween(2, (int) (3 + elapsedMs / 50));
    }

    @Test
    @Tag("T-187")
    void shouldReadTornSegmentAgainOnceWhenToldTo() {
        context.rereadTorn(true);
        final TrickleSubscriber subscriber = subscribe(0);
        for (int i = 0; i < 2; i++) {
            final Inbound torn = server.take("GET", "/ch/0");
            torn.respondHead(200, seq(0));
            torn.sendChunk("par");
            handler.pollUntil(subscriber, () -> handler.openBytes() == 3);
            torn.reset();
            handler.pollUntil(subscriber, () -> handler.log().get(handler.log().size() - 1).equals("torn 0"));
        }
        server.take("GET", "/ch/1").respond(200, seq(1), "whole");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 2);

        assertThat(handler.log())
            .containsExactly("begin 0", "torn 0", "begin 0", "torn 0", "begin 1", "end 1");
    }

    @Test
    @Tag("T-187")
    void shouldGoOnWhenTornSegmentIsGone() {
        context.rereadTorn(true);
        final TrickleSubscriber subscriber = subscribe(0);
        final Inbound torn = server.take("GET", "/ch/0");
        torn.respondHead(200, seq(0));
        torn.sendChunk("par");
        server.take("GET", "/ch/1").respond(200, seq(1), "whole");
        handler.pollUntil(subscriber, () -> handler.openBytes() == 3);
        torn.reset();
        server.take("GET", "/ch/0").respond(470, Map.of("Lp-Trickle-Latest", "9"), "Entry not found");

        handler.pollUntil(subscriber, () -> handler.segments().size() == 2);

        assertThat(handler.log()).containsExactly("begin 0", "torn 0", "begin 1", "end 1");
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

    private static final class FailingHandler implements SegmentHandler {
        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
        }

        @Override
        public void onData(final long sequence, final ByteBuffer bytes) {
            throw new IllegalStateException("refused");
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
        }

        @Override
        public void onGap(final long from, final long to) {
        }

        @Override
        public void onEnd(final EndReason reason) {
        }
    }
}
