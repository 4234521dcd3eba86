package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.LocalTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChangefeedTest {
    private static final byte[] NO_BODY = {};
    private static final long WITHIN_MS = 5_000;

    @Test
    @Tag("T-141")
    @Tag("T-142")
    @Tag("T-143")
    void shouldTellOfEveryWayInWhichAChannelComesAndGoes() throws Exception {
        final TrickleServerContext context = feed()
            .idleTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300)).sweepIntervalNs(TimeUnit.MILLISECONDS.toNanos(50));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection client = new RawConnection(server.port(), 0)) {
            reader.request("GET", "/_changes/-1", "", NO_BODY);
            reader.assertNothing(50);

            client.request("POST", "/http", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(event(reader)).isEqualTo("1 {\"added\":[\"http\"]}");
            client.request("POST", "/implicit/0", "Content-Length: 1\r\n", new byte[1]);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(next(reader, 2)).isEqualTo("2 {\"added\":[\"implicit\"]}");
            assertThat(server.channels().create("local", "")).isTrue();
            assertThat(server.channels().create("local", "")).isFalse();
            assertThat(next(reader, 3)).isEqualTo("3 {\"added\":[\"local\"]}");
            assertThat(server.channels().close("local")).isTrue();
            assertThat(server.channels().close("local")).isFalse();
            assertThat(next(reader, 4)).isEqualTo("4 {\"removed\":[\"local\"]}");
            client.request("DELETE", "/http", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(next(reader, 5)).isEqualTo("5 {\"removed\":[\"http\"]}");
            assertThat(next(reader, 6)).as("swept").isEqualTo("6 {\"removed\":[\"implicit\"]}");
        }
    }

    @Test
    @Tag("T-147")
    void shouldGiveAnAttachedReaderABurstOfFiftyInOrder() throws Exception {
        try (TrickleServer server = TrickleServer.launch(feed());
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection client = new RawConnection(server.port(), 0)) {
            reader.request("GET", "/_changes/1", "", NO_BODY);
            for (int i = 0; i < 50; i++) {
                client.request("POST", "/burst" + i, "", NO_BODY);
            }

            for (int i = 0; i < 50; i++) {
                assertThat(event(reader)).isEqualTo((i + 1) + " {\"added\":[\"burst" + i + "\"]}");
                reader.request("GET", "/_changes/" + (i + 2), "", NO_BODY);
            }
            for (int i = 0; i < 50; i++) {
                client.awaitFinalHead(WITHIN_MS);
                assertThat(client.status()).isEqualTo(200);
            }
        }
    }

    @Test
    @Tag("T-144")
    void shouldBeReadableWhenTheCauseIsAnsweredWhoeverElseIsChangingThings() throws Exception {
        try (TrickleServer server = TrickleServer.launch(feed().eventLoopThreads(2).changefeedRetainedSegments(1024));
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection client = new RawConnection(server.port(), 0)) {
            final Thread noise = new Thread(() -> IntStream.range(0, 200).forEach(i -> {
                server.channels().create("noise" + i, "");
                server.channels().close("noise" + i);
            }));
            noise.start();
            for (int i = 0; i < 50; i++) {
                client.request("POST", "/mine" + i, "", NO_BODY);
                client.awaitFinalHead(WITHIN_MS);
                assertThat(snapshot(reader)).contains("\"mine" + i + "\"");
                client.request("DELETE", "/mine" + i, "", NO_BODY);
                client.awaitFinalHead(WITHIN_MS);
                assertThat(snapshot(reader)).doesNotContain("\"mine" + i + "\"");
            }
            noise.join();
        }
    }

    @Test
    void shouldTellOneStoryUnderConcurrentChanges() throws Exception {
        try (LocalTrickle trickle = LocalTrickle.launch(feed().changefeedRetainedSegments(1024));
             TrickleSubscriber subscriber = trickle.subscribe("_changes", 0)) {
            final CountDownLatch start = new CountDownLatch(1);
            final List<Thread> threads = IntStream.range(0, 4).mapToObj(n -> new Thread(() -> {
                awaitQuietly(start);
                for (int i = 0; i < 50; i++) {
                    trickle.channels().create("shared" + i % 3, "");
                    trickle.channels().close("shared" + (i + n) % 3);
                }
            })).toList();
            threads.forEach(Thread::start);
            start.countDown();
            for (final Thread thread : threads) {
                thread.join();
            }

            final Events events = new Events();
            while (subscriber.poll(events, 64) > 0) {
                assertThat(events.end).isNull();
            }

            assertThat(events.known()).containsExactlyInAnyOrderElementsOf(trickle.channels().names());
        }
    }

    @Test
    void shouldGiveEveryNameAndTheNumberToGoOnFrom() throws Exception {
        try (TrickleServer server = TrickleServer.launch(feed());
             RawConnection client = new RawConnection(server.port(), 0)) {
            for (int i = 0; i < 100; i++) {
                server.channels().create("c" + i, "");
            }
            for (int i = 0; i < 98; i++) {
                server.channels().close("c" + i);
            }

            assertThat(snapshot(client)).isEqualTo("{\"added\":[\"_changes\",\"c98\",\"c99\"]}");
            assertThat(client.header("Lp-Trickle-Latest")).isEqualTo("199");
            assertThat(client.header("Lp-Trickle-Seq")).isEqualTo("198");
            assertThat(client.header("Content-Type")).isEqualTo("application/json");
            client.request("GET", "/_changes/134", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.status()).as("65 events back").isEqualTo(470);
            assertThat(next(client, 135)).as("64 events back").startsWith("135 {\"removed\"");
            client.request("GET", "/c99/snapshot", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.status()).as("another channel").isEqualTo(400);
        }
    }

    @Test
    @Tag("T-145")
    void shouldBeClosedToEverybodyElse() throws Exception {
        try (TrickleServer server = TrickleServer.launch(feed());
             RawConnection client = new RawConnection(server.port(), 0)) {
            for (final String request : List.of("POST /_changes", "DELETE /_changes", "DELETE /_changes/0",
                "DELETE /%5fchanges", "POST /_changes/0")) {
                client.request(request.split(" ")[0], request.split(" ")[1], "", NO_BODY);
                client.awaitFinalHead(WITHIN_MS);
                assertThat(client.status()).as(request).isEqualTo(403);
            }
            assertThat(server.channels().close("_changes")).isFalse();
            assertThatThrownBy(() -> server.local().publish("_changes")).isInstanceOf(IllegalArgumentException.class);

            assertThat(server.channels().counters()).containsEntry("requests.refused.reserved", 5L);
            server.channels().create("still", "");
            assertThat(server.channels().nextSequence("_changes")).isEqualTo(2);
        }
    }

    @Test
    @Tag("T-146")
    void shouldNotExistUnlessAskedFor() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext());
             RawConnection client = new RawConnection(server.port(), 0)) {
            for (final String path : List.of("/_changes/0", "/_changes/next", "/_changes/snapshot")) {
                client.request("GET", path, "", NO_BODY);
                client.awaitFinalHead(WITHIN_MS);
                assertThat(client.status()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void shouldTellOfEveryChannelWhenTheServerStopsAndThenEnd() throws Exception {
        final TrickleServer server = TrickleServer.launch(feed());
        for (int i = 0; i < 20; i++) {
            server.channels().create("c" + i, "");
        }
        final Events events = new Events();
        final TrickleSubscriber subscriber = server.local().subscribe("_changes", 0);
        Await.until(() -> events.texts.toString(), () -> subscriber.poll(events, 16) == 0);

        final Thread stop = new Thread(server::close);
        stop.start();

        Await.until(() -> events.texts.toString(), () -> subscriber.poll(events, 16) == 0 && events.end != null);
        stop.join();
        assertThat(events.end).isIn(EndReason.CHANNEL_CLOSED, EndReason.CLOSED);
        assertThat(events.known()).containsExactly("_changes");
        assertThat(events.texts).hasSize(41);
    }

    @Test
    void shouldLetAFollowerOverHttpReadToTheEndWhenTheServerStops() throws Exception {
        final TrickleServer server = TrickleServer.launch(feed());
        try (RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection late = new RawConnection(server.port(), 0)) {
            for (int i = 0; i < 6; i++) {
                server.channels().create("c" + i, "");
            }
            reader.request("GET", "/_changes/7", "", NO_BODY);
            reader.assertNothing(50);

            final Thread stop = new Thread(server::close);
            stop.start();

            assertThat(event(reader)).startsWith("7 {\"removed\":");
            late.request("POST", "/late", "", NO_BODY);
            late.awaitFinalHead(WITHIN_MS);
            assertThat(late.status()).as("a new channel").isEqualTo(503);
            assertThat(late.awaitBody(WITHIN_MS)).asString().isEqualTo("Server is stopping\n");
            for (int n = 8; n <= 12; n++) {
                assertThat(next(reader, n)).startsWith(n + " {\"removed\":");
            }
            reader.request("GET", "/_changes/13", "", NO_BODY);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.status()).isEqualTo(404);
            assertThat(reader.header("Lp-Trickle-Closed")).isEqualTo("terminated");
            stop.join();
        }
    }

    @Test
    void shouldEscapeAnyName() throws Exception {
        try (TrickleServer server = TrickleServer.launch(feed());
             RawConnection client = new RawConnection(server.port(), 0)) {
            client.request("POST", "/%22%5C%00%1f%C3%A9%F0%9F%98%80%2f%7f", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(next(client, 1))
                .isEqualTo("1 {\"added\":[\"\\\"\\\\\\u0000\\u001f\u00e9\ud83d\ude00/\u007f\"]}");
            server.channels().create("\ud800x\udc00", "");
            assertThat(next(client, 2)).isEqualTo("2 {\"added\":[\"\\ud800x\\udc00\"]}");
        }
    }

    private static TrickleServerContext feed() {
        return new TrickleServerContext().autocreate(true).changefeed(true);
    }

    private static String next(final RawConnection reader, final int sequence) throws Exception {
        reader.request("GET", "/_changes/" + sequence, "", NO_BODY);
        return event(reader);
    }

    private static String event(final RawConnection reader) throws Exception {
        reader.awaitFinalHead(WITHIN_MS);
        return reader.header("Lp-Trickle-Seq") + " " + new String(reader.awaitBody(WITHIN_MS), StandardCharsets.UTF_8);
    }

    private static String snapshot(final RawConnection reader) throws Exception {
        reader.request("GET", "/_changes/snapshot", "", NO_BODY);
        reader.awaitFinalHead(WITHIN_MS);
        assertThat(reader.status()).isEqualTo(200);
        return new String(reader.awaitBody(WITHIN_MS), StandardCharsets.UTF_8);
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Folds events into the names that a reader knows; each must be news. */
    private static final class Events implements SegmentHandler {
        final List<String> texts = new ArrayList<>();
        EndReason end;

        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
            assertThat(sequence).isEqualTo(texts.size());
        }

        @Override
        public void onData(final long sequence, final ByteBuffer data) {
            texts.add(StandardCharsets.UTF_8.decode(data).toString());
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
            assertThat(intact).isTrue();
        }

        @Override
        public void onGap(final long from, final long to) {
            throw new AssertionError("gap from " + from + " to " + to);
        }

        @Override
        public void onEnd(final EndReason reason) {
            end = reason;
        }

        Set<String> known() {
            final Set<String> names = new LinkedHashSet<>();
            for (final String text : texts) {
                final String name = text.substring(text.indexOf("[\"") + 2, text.indexOf("\"]"));
                final boolean news = text.startsWith("{\"added\"") ? names.add(name) : names.remove(name);
                assertThat(news).as(text).isTrue();
            }
            return names;
        }
    }
}
