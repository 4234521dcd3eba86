package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.client.Inbound;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.testing.Await;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens, and what must not, when hours pass; on a clock that the test moves. */
@ExtendWith(LeakCheck.class)
class PatienceTest {
    private static final long TICKS_MS = 600;
    private static final long BUDGET_NS = TimeUnit.SECONDS.toNanos(10);

    private final ScriptedServer server = new ScriptedHttp1();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final HttpTrickle trickle = HttpTrickle.connect(ScriptedContext.of(server)
        .retryBudgetNs(BUDGET_NS).nanoClock(clock).closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(100)));

    @AfterEach
    void close() {
        trickle.close();
        server.close();
    }

    @Test
    @Tag("T-171")
    @Tag("T-184")
    void shouldKeepPreconnectsParkedForAsLongAsItTakes() {
        final RecordingHandler handler = new RecordingHandler();
        final TrickleSubscriber subscriber = trickle.subscribe("in", 0);
        final TricklePublisher publisher = trickle.publish("out");
        final SegmentWriter segment = publisher.beginSegment();
        final Inbound get = server.take("GET", "/in/0");
        final Inbound post = server.take("POST", "/out/0");
        server.take("POST", "/out/1");

        clock.advance(TimeUnit.HOURS.toNanos(3));
        Await.pause(TICKS_MS);

        assertThat(server.requestCount()).isEqualTo(3);
        get.respond(200, Map.of("Lp-Trickle-Seq", "0"), "late");
        handler.pollUntil(subscriber, () -> handler.segments().containsKey(0L));
        assertThat(segment.offer(ByteBuffer.wrap(new byte[] {'x'}))).isEqualTo(1);
        Await.until(() -> "body " + post.bodyText(), () -> post.consume("x"));
        assertThat(publisher.failure()).isNull();
    }

    @Test
    void shouldGiveSegmentUpWhenConfirmationTimeIsOver() {
        final TricklePublisher publisher = trickle.publish("out");
        final SegmentWriter segment = publisher.beginSegment();
        segment.offer(ByteBuffer.wrap(new byte[] {'x'}));
        segment.complete();
        final Inbound post = server.take("POST", "/out/0");
        Await.until(() -> "body " + post.bodyText(), post::isComplete);
        Await.pause(TICKS_MS);
        assertThat(publisher.unconfirmedSegments()).isEqualTo(1);

        clock.advance(HttpTrickleContext.CONFIRM_TIMEOUT_NS_DEFAULT + 1);

        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        server.take("DELETE", "/out/0");
        assertThat(trickle.counters()).containsEntry("segments_lost_stalled", 1L);
    }

    @Test
    void shouldOpenNewConnectionWhenOldOneWasIdleTooLong() {
        final RecordingHandler handler = new RecordingHandler();
        final TrickleSubscriber subscriber = trickle.subscribe("in", 0);
        server.take("GET", "/in/0").respond(200, Map.of("Lp-Trickle-Seq", "0"), "a");
        final Inbound second = server.take("GET", "/in/1");
        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        clock.advance(TimeUnit.SECONDS.toNanos(6));
        second.respond(200, Map.of("Lp-Trickle-Seq", "1"), "b");
        server.take("GET", "/in/2");

        assertThat(trickle.counters()).containsEntry("connections_opened", 3L).containsEntry("connections_reused", 0L);
    }

    @Test
    @Tag("T-186")
    void shouldBeginNewBudgetWhenLostConnectionHadLasted() {
        final RecordingHandler handler = new RecordingHandler();
        final TrickleSubscriber subscriber = trickle.subscribe("in", 0);
        final TricklePublisher publisher = trickle.publish("out");
        for (int i = 0; i < 3; i++) {
            final Inbound get = server.take("GET", "/in/0");
            final Inbound post = server.take("POST", "/out/0");
            clock.advance(BUDGET_NS + 1);
            get.reset();
            post.reset();
        }

        server.take("GET", "/in/0").respond(200, Map.of("Lp-Trickle-Seq", "0"), "alive");
        server.take("POST", "/out/0");
        handler.pollUntil(subscriber, () -> handler.segments().containsKey(0L));

        assertThat(publisher.failure()).isNull();
    }
}
