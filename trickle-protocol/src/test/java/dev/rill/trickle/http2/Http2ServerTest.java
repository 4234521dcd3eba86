package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.testing.Await;
import dev.rill.trickle.BearerTokenAuthorizer;
import dev.rill.trickle.BearerTokenAuthorizer.Right;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Http2ServerTest {
    private static final int LARGE = 8 << 20;

    private TrickleServer server;
    private Http2Peer peer;

    @BeforeEach
    void launch() {
        launch(new TrickleServerContext().autocreate(true));
    }

    @AfterEach
    void shouldHaveGivenAllMemoryBack() {
        peer.close();
        server.close();
        assertThat(server.channels().counters())
            .containsEntry("blocks.inUse", 0L)
            .containsEntry("bytes.pinned", 0L);
    }

    @Test
    void shouldServeEveryOperationOnOneConnection() throws Exception {
        final Http2Exchange created = peer.request("POST", "/ch", true, "expect-content", "text/x");
        assertThat(created.awaitStatus()).isEqualTo(200);
        final Http2Exchange parked = peer.get("/ch/-1");
        final Http2Exchange published = peer.post("/ch/0");
        published.send("hel", false);
        assertThat(parked.awaitBytes()).isEqualTo("hel");
        published.send("lo", true);

        assertThat(parked.awaitText()).isEqualTo("lo");
        assertThat(parked.field("lp-trickle-seq")).isEqualTo("0");
        assertThat(parked.field("content-type")).isEqualTo("text/x");
        assertThat(published.awaitStatus()).isEqualTo(200);
        assertThat(published.field("lp-trickle-size")).isEqualTo("5");
        assertThat(peer.get("/ch/next").awaitText()).isEqualTo("1");
        assertThat(peer.request("DELETE", "/ch/0", true).awaitStatus()).isEqualTo(200);
        assertThat(peer.get("/ch/7").awaitStatus()).isEqualTo(470);
        assertThat(peer.request("DELETE", "/ch", true).awaitStatus()).isEqualTo(200);
        assertThat(server.channels().counters()).containsEntry("connections.accepted", 1L);
        assertThat(peer.goAways()).isEmpty();
    }

    @Test
    void shouldSendNoHeadBeforeTheFirstByteAndNoConnectionHeaderEver() throws Exception {
        server.channels().create("ch", "text/x");
        final Http2Exchange parked = peer.get("/ch/0");
        final Http2Exchange writer = peer.post("/ch/0");
        parked.assertNothing(150);

        writer.send("x", true);

        assertThat(parked.awaitText()).isEqualTo("x");
        assertThat(parked.head().contains("connection")).isFalse();
        assertThat(parked.head().contains("transfer-encoding")).isFalse();
        assertThat(writer.awaitStatus()).isEqualTo(200);
        assertThat(writer.head().contains("connection")).isFalse();
    }

    @Test
    void shouldAnswerARefusedPublishEarlyAndEndItsStreamOnly() throws Exception {
        relaunch(new TrickleServerContext().autocreate(false));
        server.channels().create("ch", "text/x");
        final Http2Exchange refused = peer.post("/nope/0");

        assertThat(refused.awaitStatus()).isEqualTo(404);
        assertThat(refused.awaitText()).isEqualTo("Stream not found\n");
        assertThat(refused.awaitReset()).isEqualTo(Http2Error.NO_ERROR.code());
        final Http2Exchange next = peer.post("/ch/0");
        next.send("on", true);
        assertThat(next.awaitStatus()).isEqualTo(200);
        assertThat(peer.goAways()).isEmpty();
    }

    @Test
    void shouldReleaseParkedReadersAndWritersWhenTheChannelCloses() throws Exception {
        server.channels().create("ch", "text/x");
        final Http2Exchange reader = peer.get("/ch/0");
        final Http2Exchange writer = peer.post("/ch/0");
        writer.assertNothing(50);

        server.channels().close("ch");

        assertThat(reader.awaitStatus()).isEqualTo(200);
        assertThat(reader.field("lp-trickle-closed")).isEqualTo("terminated");
        assertThat(writer.awaitStatus()).isEqualTo(200);
        assertThat(writer.field("lp-trickle-closed")).isEqualTo("terminated");
        assertThat(writer.awaitReset()).isEqualTo(Http2Error.NO_ERROR.code());
        assertThat(peer.goAways()).isEmpty();
    }

    @Test
    void shouldKeepAWaitingPublisherCompanyWithProvisionals() throws Exception {
        relaunch(new TrickleServerContext().provisionalIntervalNs(TimeUnit.MILLISECONDS.toNanos(50)));
        server.channels().create("ch", "text/x");
        final Http2Exchange writer = peer.post("/ch/0");

        assertThat(writer.awaitInterim()).isEqualTo(100);
        assertThat(writer.awaitInterim()).isEqualTo(100);
        writer.send("x", true);
        assertThat(writer.awaitStatus()).isEqualTo(200);
    }

    @Test
    void shouldKeepAParkedReaderCompanyIfAskedTo() throws Exception {
        relaunch(new TrickleServerContext());
        server.channels().create("ch", "text/x");
        final Http2Exchange reader = peer.request("GET", "/ch/0", true, "lp-trickle-keepalive", "1");

        assertThat(reader.awaitInterim()).isEqualTo(102);
    }

    @Test
    void shouldRefuseAnUnauthorisedPublishEarlyAndEndItsStreamOnly() throws Exception {
        relaunch(new TrickleServerContext().authorizer(new BearerTokenAuthorizer().grant("good", Right.PUBLISH)));
        server.channels().create("ch", "text/x");
        final Http2Exchange refused = peer.post("/ch/0");

        assertThat(refused.awaitStatus()).isEqualTo(401);
        assertThat(refused.field("www-authenticate")).isEqualTo("Bearer");
        assertThat(refused.awaitText()).isEqualTo("Unauthorized\n");
        assertThat(refused.awaitReset()).isEqualTo(Http2Error.NO_ERROR.code());
        final Http2Exchange allowed = peer.post("/ch/0", "authorization", "Bearer good");
        allowed.send("on", true);
        assertThat(allowed.awaitStatus()).isEqualTo(200);
        assertThat(peer.goAways()).isEmpty();
    }

    @Test
    void shouldTellHowManyRequestsMayWait() throws Exception {
        relaunch(new TrickleServerContext().maxStreamsPerConnection(7));

        assertThat(peer.settings().maxConcurrentStreams()).isEqualTo(7);
    }

    @Test
    void shouldHoldNobodyBackForAStreamThatIsNotRead() throws Exception {
        server.channels().create("ch", "text/x");
        final Http2Exchange writer = peer.post("/ch/0");
        writer.send("x".repeat(LARGE), true);
        assertThat(writer.awaitStatus()).isEqualTo(200);
        final Http2Exchange stalled = peer.get("/ch/0");
        stalled.reading(false);
        assertThat(peer.get("/ch/0").awaitBody()).hasSize(LARGE);

        stalled.reading(true);
        assertThat(stalled.awaitBody()).hasSize(LARGE);
    }

    @Test
    void shouldForgetAReaderThatResetsItsStream() throws Exception {
        server.channels().create("ch", "text/x");
        final Http2Exchange gone = peer.get("/ch/0");
        final Http2Exchange staying = peer.get("/ch/0");
        gone.reset();
        final Http2Exchange writer = peer.post("/ch/0");
        writer.send("x", true);

        assertThat(staying.awaitText()).isEqualTo("x");
        assertThat(writer.awaitStatus()).isEqualTo(200);
        assertThat(server.channels().counters()).containsEntry("deliveries", 1L);
    }

    @Test
    void shouldKeepTheSegmentOpenForAnotherWriterWhenAStreamIsResetInMidBody() throws Exception {
        server.channels().create("ch", "text/x");
        final Http2Exchange reader = peer.get("/ch/0");
        final Http2Exchange lost = peer.post("/ch/0");
        lost.send("abc", false);
        assertThat(reader.awaitBytes()).isEqualTo("abc");
        lost.reset();
        final Http2Exchange second = peer.post("/ch/0");
        second.send("DEF", true);

        assertThat(reader.awaitText()).isEqualTo("DEF");
        assertThat(second.awaitStatus()).isEqualTo(200);
    }

    @Test
    void shouldReleaseEverybodyWhenTheServerStops() throws Exception {
        server.channels().create("ch", "text/x");
        final Http2Exchange reader = peer.get("/ch/0");
        reader.assertNothing(50);

        server.close();

        assertThat(reader.awaitStatus()).isEqualTo(200);
        assertThat(reader.field("lp-trickle-closed")).isEqualTo("terminated");
        Await.until(() -> "connection open", () -> !peer.isActive());
    }

    @Test
    void shouldServeHostRoutes() throws Exception {
        relaunch(new TrickleServerContext().route("/hello", (request, responder) ->
            responder.respond(201, "text/plain", request.method() + new String(bytes(request.body())))));
        final Http2Exchange exchange = peer.post("/hello");
        exchange.send(" you", true);

        assertThat(exchange.awaitStatus()).isEqualTo(201);
        assertThat(exchange.awaitText()).isEqualTo("POST you");
    }

    private static byte[] bytes(final ByteBuffer body) {
        final byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private void relaunch(final TrickleServerContext context) {
        peer.close();
        server.close();
        launch(context);
    }

    private void launch(final TrickleServerContext context) {
        server = TrickleServer.launch(context);
        peer = Http2Peer.connect(server.port());
    }
}
