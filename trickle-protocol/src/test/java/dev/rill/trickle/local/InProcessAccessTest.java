package dev.rill.trickle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** In-process publishers and subscribers on the channels of a server, beside peers that speak HTTP. */
class InProcessAccessTest {
    private static final byte[] NO_BODY = {};
    private static final long WITHIN_MS = 10_000;

    private final TrickleServer server = TrickleServer.launch(new TrickleServerContext());
    private final Trickle local = server.local();
    private final RecordingHandler handler = new RecordingHandler();
    private RawConnection peer;

    @BeforeEach
    void connect() throws IOException {
        peer = new RawConnection(server.port(), 0);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        server.close();
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L);
    }

    private static void write(final TricklePublisher publisher, final String text) {
        final SegmentWriter writer = publisher.beginSegment();
        offer(writer, text);
        writer.complete();
    }

    private static void offer(final SegmentWriter writer, final String text) {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        assertThat(writer.offer(bytes)).isEqualTo(bytes.limit());
    }

    private void post(final String path, final String body) throws IOException {
        peer.request("POST", path, "Content-Length: " + body.length() + "\r\n", body.getBytes(StandardCharsets.UTF_8));
        peer.awaitFinalHead(WITHIN_MS);
        assertThat(peer.status()).isEqualTo(200);
        peer.awaitBody(WITHIN_MS);
    }

    private void assertGets(final long sequence, final String body) throws IOException {
        peer.request("GET", "/ch/" + sequence, "", NO_BODY);
        assertAnswered(sequence, body);
    }

    private void assertAnswered(final long sequence, final String body) throws IOException {
        peer.awaitFinalHead(WITHIN_MS);
        assertThat(peer.status()).isEqualTo(200);
        assertThat(peer.header("Lp-Trickle-Seq")).isEqualTo(Long.toString(sequence));
        assertThat(new String(peer.awaitBody(WITHIN_MS), StandardCharsets.UTF_8)).isEqualTo(body);
    }

    private void pollUntil(final TrickleSubscriber subscriber, final String lastEvent) {
        Await.until(() -> "events " + handler.events, () -> {
            subscriber.poll(handler, 99);
            return handler.events.contains(lastEvent);
        });
    }

    @Test
    @Tag("T-150")
    void shouldSayNotFoundAndCreateNothingWhenTheChannelIsUnknown() {
        final TricklePublisher publisher = local.publish("nope");

        assertThat(publisher.failure()).isEqualTo(EndReason.CHANNEL_NOT_FOUND);
        assertThat(publisher.beginSegment().offer(ByteBuffer.allocate(1))).isEqualTo(SegmentWriter.CLOSED);
        assertThat(server.channels().names()).isEmpty();
    }

    @Test
    @Tag("T-151")
    void shouldServeOverHttpWhatWasWrittenInProcessAndParkTheNextNumber() throws IOException {
        server.channels().create("ch", "text/plain");
        final TricklePublisher publisher = local.publish("ch");
        write(publisher, "zero");

        assertGets(0, "zero");
        assertThat(peer.header("Content-Type")).isEqualTo("text/plain");
        peer.request("GET", "/ch/1", "", NO_BODY);
        peer.assertNothing(100);
        write(publisher, "one");

        assertAnswered(1, "one");
    }

    @Test
    @Tag("T-152")
    void shouldReadInProcessWhatWasWrittenOverHttpAndTellAbsentNumbersFromAbsentChannels() throws IOException {
        server.channels().create("ch", "text/plain");
        for (int n = 0; n < 7; n++) {
            post("/ch/" + n, "s" + n);
        }
        final TrickleSubscriber retained = local.subscribe("ch", 6);
        final TrickleSubscriber forgotten = local.subscribe("ch", 1);
        final TrickleSubscriber unknown = local.subscribe("nope", 1);

        retained.poll(handler, 99);
        forgotten.poll(handler, 1);
        unknown.poll(handler, 1);

        assertThat(handler.events)
            .containsExactly("begin 6", "data 6 s6", "end 6", "gap 1 to 7", "over CHANNEL_NOT_FOUND");
        assertThat(handler.contentType).isEqualTo("text/plain");
    }

    @Test
    @Tag("T-153")
    void shouldReturnAtOnceFromASegmentWithoutAByteAndDeliverLaterOnes() throws IOException {
        server.channels().create("ch", "text/plain");
        final TrickleSubscriber subscriber = local.subscribe("ch", 0);

        assertThat(subscriber.poll(handler, 99)).isZero();
        post("/ch/0", "later");
        pollUntil(subscriber, "end 0");

        assertThat(handler.events).containsExactly("begin 0", "data 0 later", "end 0");
    }

    @Test
    @Tag("T-154")
    void shouldTellAReaderThatWasLeftBehindAndReadTheNewestSegmentWhenAskedTo() throws IOException {
        server.channels().create("ch", "text/plain");
        final TrickleSubscriber slow = local.subscribe("ch", 0);
        for (int n = 0; n < 9; n++) {
            post("/ch/" + n, "s" + n);
        }
        slow.poll(handler, 99);
        assertThat(handler.events).contains("gap 1 to 9");
        slow.close();
        handler.events.clear();

        local.subscribe("ch", Trickle.CURRENT).poll(handler, 99);

        assertThat(handler.events).containsExactly("begin 8", "data 8 s8", "end 8");
    }

    @Test
    @Tag("T-155")
    void shouldStartAtTheNextSegmentAndCountUp() throws IOException {
        server.channels().create("ch", "text/plain");
        post("/ch/0", "s0");
        final TrickleSubscriber subscriber = local.subscribe("ch", Trickle.NEXT);
        for (int n = 1; n < 4; n++) {
            post("/ch/" + n, "s" + n);
            pollUntil(subscriber, "end " + n);
        }

        assertThat(handler.events).filteredOn(event -> event.startsWith("begin"))
            .containsExactly("begin 1", "begin 2", "begin 3");
    }

    @Test
    @Tag("T-156")
    void shouldLetInProcessAndHttpPublishersTakeTurns() throws IOException {
        server.channels().create("ch", "text/plain");
        final TricklePublisher publisher = local.publish("ch");
        for (int n = 0; n < 10; n += 2) {
            write(publisher, "local " + n);
            post("/ch/-1", "http " + (n + 1));
        }

        assertThat(server.channels().nextSequence("ch")).isEqualTo(10);
        assertThat(publisher.failure()).isNull();
        assertGets(8, "local 8");
        assertGets(9, "http 9");
    }

    @Test
    @Tag("T-157")
    void shouldMoveThePointerAndReleaseReadersWhenASegmentIsWrittenEmpty() throws IOException {
        server.channels().create("ch", "text/plain");
        final TricklePublisher publisher = local.publish("ch");
        peer.request("GET", "/ch/0", "", NO_BODY);
        peer.assertNothing(100);

        publisher.beginSegment().complete();

        assertAnswered(0, "");
        assertThat(peer.header("Lp-Trickle-Latest")).isEqualTo("1");
        assertThat(server.channels().nextSequence("ch")).isEqualTo(1);
    }

    @Test
    @Tag("T-158")
    void shouldEndTheSegmentOfASourceThatFailedAndGoOnWithTheNext() throws IOException {
        server.channels().create("ch", "text/plain");
        final TricklePublisher publisher = local.publish("ch");
        final TrickleSubscriber subscriber = local.subscribe("ch", 0);
        peer.request("GET", "/ch/0", "", NO_BODY);
        final SegmentWriter writer = publisher.beginSegment();
        offer(writer, "torn");

        writer.abort();

        assertThat(writer.offer(ByteBuffer.allocate(1))).as("after the failure").isEqualTo(SegmentWriter.CLOSED);
        assertAnswered(0, "torn");
        write(publisher, "next");
        pollUntil(subscriber, "end 1");
        assertThat(handler.events)
            .containsExactly("begin 0", "data 0 torn", "end 0 torn", "begin 1", "data 1 next", "end 1");
    }
}
