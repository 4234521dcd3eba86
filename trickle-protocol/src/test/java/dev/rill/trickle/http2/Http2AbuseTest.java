package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.server.Bystander;
import java.io.IOException;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers of HTTP/2 that break the rules: a stream's matter costs the stream, a connection's matter the connection, and
 * nobody else is touched. RFC 9113, section 5.4.
 */
class Http2AbuseTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int STREAM_CLOSED = 5;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;
    private static final int COMPRESSION_ERROR = 9;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int MAX_STREAMS = 10;
    private static final byte[] NOTHING = {};

    private TrickleServer server;
    private Bystander bystander;

    @BeforeEach
    void launch() throws IOException {
        server = TrickleServer.launch(new TrickleServerContext()
            .autocreate(true)
            .maxStreamsPerConnection(MAX_STREAMS)
            .maxHeaderSize(4_096)
            .readerStallTimeoutNs(TimeUnit.MILLISECONDS.toNanos(400))
            .abortGraceNs(TimeUnit.MILLISECONDS.toNanos(50))
            .connectionLingerNs(TimeUnit.MILLISECONDS.toNanos(50)));
        server.channels().create("ch", "text/plain");
        bystander = new Bystander(server);
    }

    @AfterEach
    void assertNothingLeft() throws IOException {
        bystander.assertUndisturbed();
        bystander.close();
        server.close();
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    @Test
    void shouldRefuseStreamsBeyondTheLimitAndServeTheOthers() throws IOException {
        try (RawHttp2 peer = open()) {
            for (int i = 0; i < MAX_STREAMS; i++) {
                peer.send(RawHttp2.head(1 + 2 * i, true, "GET", "/ch/0"));
            }
            for (int i = MAX_STREAMS; i < 3 * MAX_STREAMS; i++) {
                final int stream = 1 + 2 * i;
                peer.send(RawHttp2.head(stream, true, "GET", "/ch/0"));
                assertThat(peer.await(RawHttp2.RST_STREAM, stream).code()).isEqualTo(REFUSED_STREAM);
            }

            server.channels().close("ch");

            final Set<Integer> answered = new HashSet<>();
            while (answered.size() < MAX_STREAMS) {
                final RawHttp2.Frame frame = peer.next();
                assertThat(frame.type()).as("type of " + frame).isEqualTo(RawHttp2.HEADERS);
                answered.add(frame.stream());
            }
            assertServes(peer, 1 + 2 * 3 * MAX_STREAMS);
        }
    }

    @Test
    void shouldLetAPeerGiveUpAndAskAgainAsOftenAsSubscribersDo() throws IOException {
        int stream = 1;
        try (RawHttp2 peer = open()) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < MAX_STREAMS; i++) {
                    peer.send(RawHttp2.head(stream, true, "GET", "/ch/0"),
                        RawHttp2.frame(RawHttp2.RST_STREAM, 0, stream, RawHttp2.int32(CANCEL)));
                    stream += 2;
                }
            }
            assertServes(peer, stream);
        }
    }

    @Test
    void shouldEndAConnectionThatFloodsWithResets() throws IOException {
        try (RawHttp2 peer = open()) {
            flood(peer, 5_000, i -> peer.send(RawHttp2.head(1 + 2 * i, true, "GET", "/ch/0"),
                RawHttp2.frame(RawHttp2.RST_STREAM, 0, 1 + 2 * i, RawHttp2.int32(CANCEL))));

            assertThat(peer.awaitEnd()).isIn(ENHANCE_YOUR_CALM, -1);
        }
    }

    @Test
    void shouldKeepAConnectionWhosePostsAreAnsweredEarly() throws IOException {
        try (RawHttp2 peer = open()) {
            server.channels().close("ch");
            for (int i = 0; i < 400; i++) {
                peer.send(RawHttp2.head(1 + 2 * i, false, "POST", "/ch/x"));
                peer.awaitHead(1 + 2 * i);
                peer.send(RawHttp2.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1 + 2 * i, NOTHING));
            }
            assertServes(peer, 801);
        }
    }

    @Test
    void shouldSurviveFloodsOfPings() throws IOException {
        try (RawHttp2 peer = open()) {
            flood(peer, 50_000, i -> peer.send(RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[8])));
        }
    }

    @Test
    void shouldSurviveFloodsOfSettings() throws IOException {
        try (RawHttp2 peer = open()) {
            flood(peer, 50_000, i -> peer.send(RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, RawHttp2.setting(4, i))));
        }
    }

    @Test
    void shouldEndAConnectionThatFloodsWithContinuations() throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.block("GET", "/ch/0")));
            flood(peer, 50_000, i -> peer.send(RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, NOTHING)));

            assertThat(peer.awaitEnd()).isIn(ENHANCE_YOUR_CALM, -1);
        }
    }

    @Test
    void shouldEndAConnectionThatFloodsWithEmptyData() throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, false, "POST", "/ch/0"));
            flood(peer, 50_000, i -> peer.send(RawHttp2.frame(RawHttp2.DATA, 0, 1, NOTHING)));

            assertThat(peer.awaitEnd()).isIn(ENHANCE_YOUR_CALM, -1);
        }
    }

    @Test
    void shouldAnswer431WhenTheHeadIsTooLong() throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, "GET", "/ch/next", "x-a", "x".repeat(4_200)));

            assertThat(peer.awaitHead(1).payload()).as("literal status").contains('4', '3', '1');
            assertServes(peer, 3);
        }
    }

    @Test
    void shouldNotBeHeldByAPeerWithoutAWindow() throws Exception {
        try (RawHttp2 peer = new RawHttp2(server.port())) {
            peer.send(RawHttp2.preface(), RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, RawHttp2.setting(4, 0)));
            publish(0, 1_000);
            peer.send(RawHttp2.head(1, true, "GET", "/ch/0"));
            peer.awaitHead(1);
            for (int n = 1; n < 8; n++) {
                publish(n, 10);
            }

            final long pinned = server.channels().counters().get("blocks.inUse");
            Await.until(() -> "counters " + server.channels().counters() + ", before " + pinned,
                () -> server.channels().counters().get("readers.disconnected.stalled") == 1);
            assertThat(peer.await(RawHttp2.RST_STREAM, 1).code()).isEqualTo(CANCEL);
        }
    }

    @Test
    void shouldEndAConnectionWhoseWindowOverflows() throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.int32(Integer.MAX_VALUE)));

            assertThat(peer.awaitEnd()).isEqualTo(FLOW_CONTROL_ERROR);
        }
    }

    @Test
    void shouldEndAStreamWhoseWindowOverflows() throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, "GET", "/ch/0"),
                RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, 1, RawHttp2.int32(Integer.MAX_VALUE)));

            assertThat(peer.await(RawHttp2.RST_STREAM, 1).code()).isEqualTo(FLOW_CONTROL_ERROR);
            assertServes(peer, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldJudgeAWindowUpdateOfNothing(final int stream) throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, "GET", "/ch/0"),
                RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, stream, RawHttp2.int32(0)));

            if (stream == 0) {
                assertThat(peer.awaitEnd()).isEqualTo(PROTOCOL_ERROR);
            } else {
                assertThat(peer.await(RawHttp2.RST_STREAM, 1).code()).isEqualTo(PROTOCOL_ERROR);
                assertServes(peer, 3);
            }
        }
    }

    @Test
    void shouldTakeAWindowThatBecomesNegative() throws Exception {
        try (RawHttp2 peer = open()) {
            publish(0, 60_000);
            peer.send(RawHttp2.head(1, true, "GET", "/ch/0"));
            peer.awaitHead(1);
            peer.send(RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, RawHttp2.setting(4, 0)));

            assertServes(peer, 3);
        }
    }

    @Test
    void shouldEndAStreamThatSendsDataAfterItsEnd() throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, "GET", "/ch/0"),
                RawHttp2.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, new byte[3]));

            assertThat(peer.await(RawHttp2.RST_STREAM, 1).code()).isEqualTo(STREAM_CLOSED);
            assertServes(peer, 3);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "content-length | 5",
        "content-length | -1",
        "content-length | x",
        "Connection     | close",
        "connection     | close",
        "te             | gzip",
        "X-Upper        | a",
        "transfer-encoding | chunked",
    })
    void shouldEndAStreamWithAMalformedHead(final String name, final String value) throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, "POST", "/ch/0", name, value));

            assertThat(peer.await(RawHttp2.RST_STREAM, 1).code()).isEqualTo(PROTOCOL_ERROR);
            assertServes(peer, 3);
        }
    }

    @Test
    void shouldEndAStreamWhoseFieldsWouldSplitAResponse() throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, "POST", "/split", "expect-content", "a\r\nX-Injected: b"));

            assertThat(peer.await(RawHttp2.RST_STREAM, 1).code()).isEqualTo(PROTOCOL_ERROR);
            assertThat(server.channels().names()).doesNotContain("split");
            assertServes(peer, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "ch/0", "http://a/ch/0", "/ch/0#x", "/ch /0"})
    void shouldAnswer400ToATargetThatIsNoPath(final String path) throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, "GET", path));

            final RawHttp2.Frame answer = peer.awaitHead(1);
            assertThat(answer.payload()[0]).as("status 400 of the static table").isEqualTo((byte) (0x80 | 12));
            assertServes(peer, 3);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, ''", "GET, '/ch/\r\n0'", "'', /ch/0", "'G\u0000T', /ch/0"})
    void shouldEndAStreamWhoseTargetOrMethodIsBroken(final String method, final String path) throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(RawHttp2.head(1, true, method, path));

            assertThat(peer.await(RawHttp2.RST_STREAM, 1).code()).isEqualTo(PROTOCOL_ERROR);
            assertServes(peer, 3);
        }
    }

    @Test
    void shouldEndConnectionsThatBreakTheFraming() throws IOException {
        assertEnd(FRAME_SIZE_ERROR, RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[7]));
        assertEnd(FRAME_SIZE_ERROR, RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[16_385]));
        assertEnd(PROTOCOL_ERROR, RawHttp2.frame(RawHttp2.DATA, 0, 0, NOTHING));
        assertEnd(PROTOCOL_ERROR, RawHttp2.head(2, true, "GET", "/ch/0"));
        assertEnd(COMPRESSION_ERROR, RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, new byte[] {-1}));
        assertEnd(PROTOCOL_ERROR, RawHttp2.frame(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 1, NOTHING));
        assertEnd(PROTOCOL_ERROR, RawHttp2.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.block("GET", "/ch/0")),
            RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[8]));
        assertEnd(PROTOCOL_ERROR, RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, RawHttp2.setting(5, 1)));
        assertEnd(FLOW_CONTROL_ERROR, RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, RawHttp2.setting(4, -1)));
    }

    private void assertEnd(final int code, final byte[]... frames) throws IOException {
        try (RawHttp2 peer = open()) {
            peer.send(frames);

            assertThat(peer.awaitEnd()).isEqualTo(code);
        }
    }

    private RawHttp2 open() throws IOException {
        return RawHttp2.open(server.port());
    }

    private static void assertServes(final RawHttp2 peer, final int stream) throws IOException {
        peer.send(RawHttp2.head(stream, true, "GET", "/bystander/next"));
        peer.awaitHead(stream);
    }

    private void publish(final int sequence, final int length) throws Exception {
        try (Http2Peer writer = Http2Peer.connect(server.port())) {
            final Http2Exchange exchange = writer.post("/ch/" + sequence);
            exchange.send("x".repeat(length), true);
            assertThat(exchange.awaitStatus()).isEqualTo(200);
        }
    }

    /** Sends without reading until the server has had enough. */
    private static void flood(final RawHttp2 peer, final int count, final Sending sending) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                sending.send(i);
            }
        } catch (final SocketException ended) {
            assertThat(ended.getMessage()).containsAnyOf("reset", "Broken pipe");
        }
    }

    private interface Sending {
        void send(int i) throws IOException;
    }
}
