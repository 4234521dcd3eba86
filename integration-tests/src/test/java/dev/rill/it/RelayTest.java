package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code rill relay} between two servers that come and go. */
@Timeout(90)
class RelayTest {
    private static final Pattern COUNTS = Pattern.compile("(\\d+) segments relayed; (\\d+) missed");
    private static final String TYPE = "application/json";

    private TrickleServer from;
    private TrickleServer to;
    private HttpTrickle fromClient;
    private HttpTrickle toClient;
    private TricklePublisher publisher;
    private CompletableFuture<Cli> relay;

    @BeforeEach
    void startServers() {
        from = server(0);
        to = server(0);
        fromClient = client(from, GapPolicy.LATEST);
        toClient = client(to, GapPolicy.OLDEST);
    }

    @AfterEach
    void stopServers() {
        fromClient.close();
        toClient.close();
        from.close();
        to.close();
    }

    @Test
    void shouldKeepNumbersContentTypeAndBytesAndEndWithItsSource() throws Exception {
        publisher = fromClient.publish("in", TYPE);
        publish("zero");
        publish("one");
        final SegmentWriter open = publisher.beginSegment();
        open.offer(bytes("tw"));
        startRelay("--from", "1");
        final SegmentLog reader = new SegmentLog();
        try (TrickleSubscriber subscriber = toClient.subscribe("out", 1)) {
            reader.pollUntil(subscriber, () -> reader.hasBegun(2));
            open.offer(bytes("o"));
            open.complete();
            publish("three");
            publisher.close();
            reader.pollUntil(subscriber, () -> reader.end() != null);
        }

        assertThat(reader.segments()).containsEntry(1L, "one").containsEntry(2L, "two").containsEntry(3L, "three")
            .hasSize(3);
        assertThat(reader.contentType()).isEqualTo(TYPE);
        assertThat(reader.end()).isEqualTo(EndReason.CHANNEL_CLOSED);
        assertThat(relay.get().exitCode()).as(relay.get().toString()).isZero();
        assertThat(relay.get().err()).contains("3 segments relayed; 0 missed, 0 torn, 0 lost");
        assertThat(to.channels().names()).isEmpty();
    }

    @Test
    void shouldFillAGapWithEmptySegmentsAndReportIt() throws Exception {
        publisher = fromClient.publish("in", TYPE);
        publish("zero");
        startRelay("--from", "0");
        final SegmentLog reader = new SegmentLog();
        try (TrickleSubscriber subscriber = toClient.subscribe("out", 0)) {
            reader.pollUntil(subscriber, () -> reader.hasEnded(0));
            publisher.leave();
            publisher = fromClient.resume("in", TYPE, 4);
            publish("four");
            reader.pollUntil(subscriber, () -> reader.hasEnded(4));
        }
        publisher.close();

        assertThat(reader.segments()).containsEntry(0L, "zero").containsEntry(1L, "").containsEntry(3L, "")
            .containsEntry(4L, "four");
        assertThat(relay.get().exitCode()).as(relay.get().toString()).isZero();
        // Of the three between, those that the relay had asked for end empty, and those that it had not are missed.
        final Matcher counts = COUNTS.matcher(relay.get().err());
        assertThat(counts.find()).as(relay.get().err()).isTrue();
        final int missed = Integer.parseInt(counts.group(2));
        assertThat(missed).as(relay.get().err()).isBetween(1, 3);
        assertThat(Integer.parseInt(counts.group(1)) + missed).as(relay.get().err()).isEqualTo(5);
    }

    @Test
    void shouldGoOnWhenItsTargetIsRestarted() throws Exception {
        publisher = fromClient.publish("in", TYPE);
        publish("zero");
        startRelay("--from", "0");
        awaitSegment(to, 1);
        final int port = to.port();
        toClient.close();
        to.close();
        to = server(port);
        toClient = client(to, GapPolicy.OLDEST);
        long next = 1;
        while (to.channels().nextSequence("out") < 0) {
            publish("segment " + next++);
            LockSupport.parkNanos(50_000_000L);
        }

        final SegmentLog reader = new SegmentLog();
        final long last = next;
        publish("last");
        try (TrickleSubscriber subscriber = toClient.subscribe("out", last)) {
            reader.pollUntil(subscriber, () -> reader.hasEnded(last));
        }
        publisher.close();

        assertThat(reader.segments()).containsEntry(last, "last");
        assertThat(reader.contentType()).isEqualTo(TYPE);
        assertThat(relay.get().exitCode()).as(relay.get().toString()).isZero();
    }

    @Test
    void shouldGoOnWhenItsSourceIsRestarted() throws Exception {
        publisher = fromClient.publish("in", TYPE);
        publish("zero");
        publish("one");
        startRelay("--from", "0", "--linger", "8s");
        awaitSegment(to, 2);
        final int port = from.port();
        from.close();
        fromClient.close();
        from = server(port);
        fromClient = client(from, GapPolicy.LATEST);
        publisher = fromClient.publish("in", TYPE);
        publish("anew");
        final SegmentLog reader = new SegmentLog();
        try (TrickleSubscriber subscriber = toClient.subscribe("out", 2)) {
            reader.pollUntil(subscriber, () -> reader.hasEnded(2));
        }
        publisher.close();

        assertThat(reader.segments()).containsEntry(2L, "anew");
        assertThat(relay.get().exitCode()).as(relay.get().toString()).isZero();
        assertThat(relay.get().err()).contains(
            "FROM has ended; waiting 8000 ms for it to begin anew",
            "shifted: FROM went back to segment 0, which is segment 2 of TO");
    }

    @Test
    void shouldGoOnWhereAnEarlierRelayStopped() throws Exception {
        publisher = fromClient.publish("in", TYPE);
        publish("zero");
        publish("one");
        try (TricklePublisher earlier = toClient.publish("out", TYPE)) {
            SegmentWriter segment = earlier.beginSegment();
            segment.offer(bytes("zero"));
            segment.complete();
            earlier.leave();
        }

        startRelay();
        awaitSegment(to, 2);
        publisher.close();

        assertThat(relay.get().exitCode()).as(relay.get().toString()).isZero();
        assertThat(relay.get().err()).contains("3 bytes in 1 segments relayed; 0 missed");
    }

    @Test
    void shouldGiveUpOnASourceThatDoesNotAppear() throws Exception {
        startRelay("--patience", "300ms");

        assertThat(relay.get().exitCode()).isEqualTo(1);
        assertThat(relay.get().complaint()).isEqualTo("rill: FROM: the peer knows no such channel");
    }

    @Test
    void shouldGiveUpOnATargetThatRefusesIt() throws Exception {
        try (TrickleServer strict = TrickleServer.launch(new TrickleServerContext().autocreate(false))) {
            publisher = fromClient.publish("in", TYPE);
            publish("zero");
            final Cli refused = rill("relay", from.baseUri() + "in", strict.baseUri() + "out", "--patience", "300ms");

            assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.complaint()).contains("TO: create channel=out", "404");
        }
    }

    private void startRelay(final String... options) {
        final List<String> all = new ArrayList<>(List.of("relay", from.baseUri() + "in", to.baseUri() + "out"));
        all.addAll(List.of(options));
        if (!all.contains("--linger")) {
            all.addAll(List.of("--linger", "0"));
        }
        relay = CompletableFuture.supplyAsync(() -> rill(all.toArray(String[]::new)));
    }

    private void publish(final String text) {
        final SegmentWriter segment = publisher.beginSegment();
        assertThat(segment.offer(bytes(text))).isEqualTo(text.length());
        segment.complete();
    }

    private static void awaitSegment(final TrickleServer server, final long next) throws InterruptedException {
        Scenario.await("segment " + (next - 1), () -> server.channels().nextSequence("out") >= next);
    }

    private static TrickleServer server(final int port) {
        return TrickleServer.launch(new TrickleServerContext().autocreate(true).port(port).retainedSegments(64));
    }

    private static HttpTrickle client(final TrickleServer server, final GapPolicy policy) {
        return HttpTrickle.connect(new HttpTrickleContext()
            .baseUri(server.baseUri()).gapPolicy(policy).notFoundRetryNs(30_000_000_000L));
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
