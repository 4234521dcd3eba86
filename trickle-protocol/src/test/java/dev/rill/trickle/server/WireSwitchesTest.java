package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers may ask for in their heads and what a host may switch: I-02, I-23, I-24, I-26 to I-29. */
class WireSwitchesTest {
    private static final byte[] NO_BODY = {};
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final long WITHIN_MS = 5_000;

    @Test
    @Tag("T-090")
    void shouldStayWithTheNumberThatNextMeantWhenThePublisherSkipsIt() throws Exception {
        final TrickleServerContext context =
            new TrickleServerContext().autocreate(true).gapGraceNs(TimeUnit.MILLISECONDS.toNanos(300));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            post(writer, "/ch/0", "zero");
            reader.request("GET", "/ch/-1", "", NO_BODY);
            reader.assertNothing(100);

            post(writer, "/ch/2", "two");

            reader.assertNothing(100);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.header("Lp-Trickle-Seq")).isEqualTo("1");
            assertThat(reader.header("Lp-Trickle-Latest")).isEqualTo("3");
            assertThat(reader.header("Content-Length")).isEqualTo("0");
        }
    }

    @Test
    @Tag("T-165")
    void shouldTellAParkedReaderThatItLivesIfAskedTo() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection quiet = new RawConnection(server.port(), 0);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");
            quiet.request("GET", "/ch/0", "", NO_BODY);
            final long beginNs = System.nanoTime();
            reader.request("GET", "/ch/0", "Lp-Trickle-Keepalive: 1\r\n", NO_BODY);

            reader.awaitInterim(WITHIN_MS);
            assertThat(reader.status()).isEqualTo(102);
            reader.awaitInterim(WITHIN_MS);
            assertThat(System.nanoTime() - beginNs).as("two intervals").isGreaterThan(1_900_000_000L);

            quiet.assertNothing(50);
            post(writer, "/ch/0", "zero");
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("zero");
            reader.assertNothing(1_200);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.1", "0", "-1", "soon", "''", "99999999999"})
    void shouldNotTakeAnythingElseForAWishToBeKeptAlive(final String value) throws Exception {
        final TrickleServerContext context = new TrickleServerContext().minKeepaliveNs(1_000_000);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection reader = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");

            reader.request("GET", "/ch/0", "Lp-Trickle-Keepalive: " + value + "\r\n", NO_BODY);

            reader.assertNothing(150);
        }
    }

    @Test
    void shouldNotKeepAReaderAliveMoreOftenThanTheHostAllows() throws Exception {
        final TrickleServerContext context =
            new TrickleServerContext().minKeepaliveNs(TimeUnit.SECONDS.toNanos(2));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection reader = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");

            reader.request("GET", "/ch/0", "Lp-Trickle-Keepalive: 1\r\n", NO_BODY);

            reader.assertNothing(1_500);
            reader.awaitInterim(WITHIN_MS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Expect: 100-continue\r\n"})
    void shouldSendNoMoreProvisionalsThanTheHostAllows(final String expect) throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true)
            .provisionalIntervalNs(TimeUnit.MILLISECONDS.toNanos(20)).maxProvisionals(3);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/0", CHUNKED + expect, NO_BODY);
            for (int i = 0; i < 3; i++) {
                writer.awaitInterim(WITHIN_MS);
                assertThat(writer.status()).isEqualTo(100);
            }

            writer.assertNothing(200);

            writer.chunk("zero");
            writer.endBody();
            writer.awaitFinalHead(WITHIN_MS);
            assertThat(writer.header("Lp-Trickle-Size")).isEqualTo("4");
            assertThat(server.channels().counters()).containsEntry("provisionals.capped", 1L);
        }
    }

    @Test
    void shouldSendNoProvisionalToHttp10() throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true)
            .provisionalIntervalNs(TimeUnit.MILLISECONDS.toNanos(20)).minKeepaliveNs(1_000_000);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection writer = new RawConnection(server.port(), 0);
             RawConnection reader = new RawConnection(server.port(), 0)) {
            writer.send("POST /ch/0 HTTP/1.0\r\nContent-Length: 4\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Await.until(() -> "channels " + server.channels().names(), () -> !server.channels().names().isEmpty());
            reader.send("GET /ch/0 HTTP/1.0\r\nLp-Trickle-Keepalive: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            writer.assertNothing(200);
            reader.assertNothing(1_100);
        }
    }

    @Test
    @Tag("T-168")
    void shouldMarkASegmentWhoseWriterWasLost() throws Exception {
        final TrickleServerContext context =
            new TrickleServerContext().autocreate(true).abortGraceNs(TimeUnit.MILLISECONDS.toNanos(50));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection reader = new RawConnection(server.port(), 0)) {
            try (RawConnection lost = new RawConnection(server.port(), 0)) {
                lost.request("POST", "/ch/0", CHUNKED, NO_BODY);
                lost.chunk("abc");
                Await.until(() -> "pointer", () -> server.channels().nextSequence("ch") == 1);
            }
            Await.until(() -> "counters " + server.channels().counters(),
                () -> server.channels().counters().get("segments.aborted.orphaned") == 1);

            reader.request("GET", "/ch/0", "", NO_BODY);
            reader.awaitFinalHead(WITHIN_MS);

            assertThat(reader.header("Lp-Trickle-Truncated")).isEqualTo("1");
            assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("abc");
        }
    }

    @Test
    @Tag("T-169")
    void shouldTellHowLongASegmentHadBegunWhenItWasAskedFor() throws Exception {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
             RawConnection parked = new RawConnection(server.port(), 0);
             RawConnection late = new RawConnection(server.port(), 0);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");
            parked.request("GET", "/ch/0", "", NO_BODY);
            parked.assertNothing(100);
            writer.request("POST", "/ch/0", CHUNKED, NO_BODY);
            final long beginNs = System.nanoTime();
            writer.chunk("zero");
            parked.awaitFinalHead(WITHIN_MS);
            Thread.sleep(500);

            late.request("GET", "/ch/0", "", NO_BODY);
            late.awaitFinalHead(WITHIN_MS);

            final long mostMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs);
            assertThat(Long.parseLong(late.header("Lp-Trickle-Age"))).isBetween(490L, mostMs);
            assertThat(parked.header("Lp-Trickle-Age")).as("of a reader that was there before").isNull();
            writer.endBody();
            writer.awaitFinalHead(WITHIN_MS);
            late.request("HEAD", "/ch/0", "", NO_BODY);
            late.awaitFinalHead(WITHIN_MS);
            assertThat(late.header("Lp-Trickle-Age")).isNotNull();
            post(writer, "/ch/1", "");
            final RawConnection again = parked;
            again.request("GET", "/ch/1", "", NO_BODY);
            again.awaitFinalHead(WITHIN_MS);
            assertThat(again.header("Lp-Trickle-Age")).as("of an empty segment").isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetAReaderWaitForTheNumberBehindTheNextOneIfSwitchedOn(final boolean admitAhead) throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true).admitAhead(admitAhead);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection reader = new RawConnection(server.port(), 0);
             RawConnection far = new RawConnection(server.port(), 0);
             RawConnection writer = new RawConnection(server.port(), 0)) {
            post(writer, "/ch/0", "zero");
            reader.request("GET", "/ch/2", "", NO_BODY);
            far.request("GET", "/ch/3", "", NO_BODY);

            far.awaitFinalHead(WITHIN_MS);
            assertThat(far.status()).isEqualTo(470);
            if (admitAhead) {
                reader.assertNothing(100);
                post(writer, "/ch/1", "one");
                post(writer, "/ch/2", "two");
                reader.awaitFinalHead(WITHIN_MS);
                assertThat(reader.awaitBody(WITHIN_MS)).asString().isEqualTo("two");
            } else {
                reader.awaitFinalHead(WITHIN_MS);
                assertThat(reader.status()).isEqualTo(470);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRestartAChannelBelowItsWindowUnlessSwitchedOff(final boolean restart) throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true).restartBelowWindow(restart);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection writer = new RawConnection(server.port(), 0);
             RawConnection again = new RawConnection(server.port(), 0)) {
            for (int n = 0; n < 8; n++) {
                post(writer, "/ch/" + n, "old");
            }

            again.request("POST", "/ch/0", CHUNKED, NO_BODY);
            if (restart) {
                again.chunk("anew");
                again.endBody();
            }
            again.awaitFinalHead(WITHIN_MS);

            assertThat(again.status()).isEqualTo(200);
            assertThat(again.header("Lp-Trickle-Seq")).isEqualTo("0");
            assertThat(again.header("Lp-Trickle-Size")).isEqualTo(restart ? "4" : "0");
            assertThat(again.header("Connection")).isEqualTo(restart ? null : "close");
            assertThat(server.channels().nextSequence("ch")).isEqualTo(restart ? 1 : 8);
            assertThat(server.channels().counters()).containsEntry("segments.refused.belowWindow", restart ? 0L : 1L);
            post(writer, "/ch/5", "kept");
            assertThat(writer.header("Lp-Trickle-Size")).as("retained and complete").isEqualTo(restart ? "4" : "0");
        }
    }

    @ParameterizedTest
    @CsvSource({"12, 12", "1, 2", "2, 2", "63, 63", "64, 64", "65, 64", "999999999, 64", "0, 5", "-3, 5", "many, 5",
        "'', 5"})
    void shouldRememberAsManySegmentsAsTheCreatorWishes(final String wish, final int kept) throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true).maxRetainedSegments(64);
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            client.request("POST", "/ch", "Lp-Trickle-Retain: " + wish + "\r\n", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.status()).isEqualTo(200);
            assertThat(server.channels().counters())
                .containsEntry("channels.retained.capped", wish.matches("65|9+") ? 1L : 0L);

            for (int n = 0; n <= kept; n++) {
                post(client, "/ch/" + n, "x");
            }

            client.request("GET", "/ch/0", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.status()).isEqualTo(470);
            assertThat(client.header("Lp-Trickle-Oldest")).isEqualTo("1");
            client.request("GET", "/ch/1", "", NO_BODY);
            client.awaitFinalHead(WITHIN_MS);
            assertThat(client.status()).isEqualTo(200);
        }
    }

    private static void post(final RawConnection writer, final String path, final String text) throws Exception {
        writer.request("POST", path, "Content-Length: " + text.length() + "\r\n",
            text.getBytes(StandardCharsets.US_ASCII));
        writer.awaitFinalHead(WITHIN_MS);
        assertThat(writer.status()).isEqualTo(200);
    }
}
