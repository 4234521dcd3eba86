package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.client.Inbound;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class HttpPublisherTest {
    private final ScriptedServer server = newServer();
    private final HttpTrickleContext context = ScriptedContext.of(server)
        .backoffInitialNs(TimeUnit.MILLISECONDS.toNanos(20))
        .closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200));
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
    void shouldSendOneChunkPerOfferAndLeaveSourceToCaller() {
        final TricklePublisher publisher = publish();
        final ByteBuffer source = ByteBuffer.allocateDirect(300);
        final SegmentWriter segment = publisher.beginSegment();
        for (int i = 0; i < 300; i++) {
            source.put((byte) 'a');
        }
        source.flip();
        assertThat(segment.offer(source)).isEqualTo(300);
        assertThat(source.hasRemaining()).isFalse();
        source.clear().limit(2);
        source.put(0, (byte) 'b').put(1, (byte) 'c');
        assertThat(segment.offer(source)).isEqualTo(2);
        assertThat(segment.offer(source)).isZero();
        segment.complete();

        final Inbound request = server.take("POST", "/ch/0");
        Await.until(() -> "body " + request.bodyText(), request::isComplete);

        assertThat(request.bodyText()).isEqualTo("a".repeat(300) + "bc");
        assertThat(request.header("Content-Type")).isEqualTo("video/MP2T");
        assertThat(request.header("Lp-Trickle-Reset")).isNull();
        assertThat(segment.offer(source)).isEqualTo(SegmentWriter.CLOSED);
        assertThat(publisher.unconfirmedSegments()).isEqualTo(1);
    }

    @Test
    @Tag("T-177")
    void shouldPublishWholeSegmentWhenFirstConnectionBreaksBeforeAnyByte() {
        final TricklePublisher publisher = publish();
        server.take("POST", "/ch/0").reset();
        awaitRetry();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "kept");
        segment.complete();

        final Inbound again = server.take("POST", "/ch/0");
        Await.until(() -> "body " + again.bodyText(), again::isComplete);
        again.respond(200, Map.of(), "");
        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);

        assertThat(again.bodyText()).isEqualTo("kept");
        assertThat(publisher.failure()).isNull();
    }

    @Test
    @Tag("T-177")
    @Tag("T-178")
    void shouldGoOnWithNextNumberWhenSegmentIsTorn() {
        final TricklePublisher publisher = publish();
        final SegmentWriter torn = publisher.beginSegment();
        offer(torn, "x");
        final Inbound first = server.take("POST", "/ch/0");
        Await.until(() -> "no body", () -> first.consume("x"));
        first.reset();
        server.take("DELETE", "/ch/0").respond(200, Map.of(), "");
        Await.until(() -> "still accepting", () -> torn.offer(bytes("y")) == SegmentWriter.CLOSED);
        torn.complete();

        final SegmentWriter next = publisher.beginSegment();
        offer(next, "fine");
        next.complete();
        final Inbound second = server.take("POST", "/ch/1");
        Await.until(() -> "body " + second.bodyText(), second::isComplete);
        second.respond(200, Map.of(), "");

        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        assertThat(next.sequence()).isEqualTo(1);
        assertThat(second.bodyText()).isEqualTo("fine");
        assertThat(trickle.counters()).containsEntry("segments_lost_connection", 1L)
            .containsEntry("segments_confirmed", 1L);
    }

    @Test
    void shouldRefuseOffersAndReportPeerLostWhenServerCannotBeReached() {
        server.close();
        context.retryBudgetNs(TimeUnit.MILLISECONDS.toNanos(200));
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "never sent");

        Await.until(() -> "failure " + publisher.failure(), () -> publisher.failure() == EndReason.PEER_LOST);

        assertThat(segment.offer(bytes("x"))).isEqualTo(SegmentWriter.CLOSED);
        segment.complete();
        assertThat(publisher.beginSegment().offer(bytes("x"))).isEqualTo(SegmentWriter.CLOSED);
    }

    @Test
    @Tag("T-190")
    void shouldPushBackThenGiveSegmentUpWhenPeerDoesNotRead() {
        context.maxUnsentBytes(1 << 20).writeStallTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300));
        server.readBodies(false);
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        final ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
        long taken = 0;
        int outcome = segment.offer(chunk.clear());
        while (outcome > 0) {
            taken += outcome;
            outcome = segment.offer(chunk.clear());
            assertThat(taken).as("bytes taken without being read").isLessThan(64 << 20);
        }

        assertThat(outcome).isEqualTo(SegmentWriter.BACK_PRESSURED);
        Await.until(() -> "counters " + trickle.counters(),
            () -> segment.offer(chunk.clear()) == SegmentWriter.CLOSED);
        Await.until(() -> "counters " + trickle.counters(),
            () -> trickle.counters().get("segments_lost_stalled") == 1);
        assertThat(publisher.failure()).isNull();
    }

    @Test
    void shouldTakeOfferLargerThanLimitWhenNothingIsUnsent() {
        context.maxUnsentBytes(1024);
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();

        assertThat(segment.offer(ByteBuffer.allocate(5000))).isEqualTo(5000);

        final Inbound request = server.take("POST", "/ch/0");
        Await.until(() -> "bytes " + request.bodyText().length(), () -> request.bodyText().length() == 5000);
        Await.until(() -> "still full", () -> segment.offer(ByteBuffer.allocate(100)) == 100);
        assertThat(publisher.failure()).isNull();
    }

    @Test
    void shouldPushBackWhileTooManySegmentsAreUnconfirmed() {
        context.maxUnconfirmedSegments(2);
        final TricklePublisher publisher = publish();
        for (int n = 0; n < 3; n++) {
            final SegmentWriter segment = publisher.beginSegment();
            offer(segment, "x");
            segment.complete();
        }
        final SegmentWriter blocked = publisher.beginSegment();
        assertThat(blocked.offer(bytes("y"))).isEqualTo(SegmentWriter.BACK_PRESSURED);

        server.take("POST", "/ch/1").respond(200, Map.of(), "");

        Await.until(() -> "unconfirmed " + publisher.unconfirmedSegments(), () -> blocked.offer(bytes("y")) == 1);
    }

    @Test
    void shouldCountSegmentAsLostWhenConfirmationNeverComes() {
        context.confirmTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300));
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "x");
        segment.complete();

        Await.until(() -> "counters " + trickle.counters(), () -> publisher.unconfirmedSegments() == 0);

        assertThat(trickle.counters()).containsEntry("segments_lost_stalled", 1L);
        assertThat(publisher.failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 500})
    void shouldTrySameNumberAgainWhenRefusedBeforeAnyByte(final int status) {
        final TricklePublisher publisher = publish();
        server.take("POST", "/ch/0").respond(status, Map.of("Connection", "close"), "no");
        awaitRetry();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "x");
        segment.complete();

        final Inbound again = server.take("POST", "/ch/0");
        Await.until(() -> "body " + again.bodyText(), again::isComplete);
        again.respond(200, Map.of(), "");

        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
    }

    @Test
    void shouldLoseOnlyReleasedSegmentWhenPeerEndsPreconnectEarly() {
        final TricklePublisher publisher = publish();
        server.take("POST", "/ch/0").respond(200, Map.of("Lp-Trickle-Seq", "0", "Connection", "close"), "");
        final SegmentWriter released = publisher.beginSegment();
        Await.until(() -> "still accepting", () -> released.offer(bytes("x")) == SegmentWriter.CLOSED);
        released.complete();

        final SegmentWriter next = publisher.beginSegment();

        assertThat(next.offer(bytes("y"))).isEqualTo(1);
        final Inbound second = server.take("POST", "/ch/1");
        Await.until(() -> "no body", () -> second.consume("y"));
        assertThat(publisher.failure()).isNull();
    }

    @Test
    @Tag("T-176")
    void shouldStartAtZeroWithoutResetWhenPeerDoesNotKnowNext() {
        trickle = HttpTrickle.connect(context);
        final TricklePublisher publisher = trickle.resume("ch", "application/json");
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "{}");
        assertThat(segment.sequence()).isEqualTo(-1);
        server.take("GET", "/ch/next").respond(400, Map.of(), "Invalid idx\n");

        final Inbound request = server.take("POST", "/ch/0");
        Await.until(() -> "no body", () -> request.consume("{}"));

        assertThat(request.header("Lp-Trickle-Reset")).isNull();
        assertThat(request.header("Content-Type")).isEqualTo("application/json");
        assertThat(segment.sequence()).isZero();
    }

    @Test
    void shouldAskAgainRatherThanRestartTheChannelWhenThePeerIsBusy() {
        trickle = HttpTrickle.connect(context);
        final TricklePublisher publisher = trickle.resume("ch", "application/json");
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "{}");
        server.take("GET", "/ch/next").respond(503, Map.of(), "busy\n");
        server.take("GET", "/ch/next").respond(200, Map.of("Lp-Trickle-Latest", "7"), "7");

        final Inbound request = server.take("POST", "/ch/7");
        Await.until(() -> "no body", () -> request.consume("{}"));

        assertThat(request.header("Lp-Trickle-Reset")).isNotNull();
        assertThat(segment.sequence()).isEqualTo(7);
    }

    @Test
    @Tag("T-175")
    void shouldReportNotFoundWhenResumedChannelIsUnknown() {
        trickle = HttpTrickle.connect(context);
        final TricklePublisher publisher = trickle.resume("ch", "application/json");
        server.take("GET", "/ch/next").respond(404, Map.of(), "Stream not found\n");

        Await.until(() -> "failure " + publisher.failure(),
            () -> publisher.failure() == EndReason.CHANNEL_NOT_FOUND);
    }

    @Test
    void shouldDropSegmentAndCloseItsConnectionWhenAborted() {
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "x");
        final Inbound request = server.take("POST", "/ch/0");
        Await.until(() -> "no body", () -> request.consume("x"));

        segment.abort();

        server.take("DELETE", "/ch/0").respond(200, Map.of(), "");
        Await.until(() -> "connection still open", request::isGone);
        assertThat(request.isComplete()).isFalse();
        assertThat(segment.offer(bytes("y"))).isEqualTo(SegmentWriter.CLOSED);
        assertThat(publisher.unconfirmedSegments()).isZero();
        assertThat(trickle.counters()).containsEntry("segments_lost_aborted", 1L);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 404})
    @Tag("T-179")
    void shouldConfirmThenAbandonPreconnectThenDeleteChannelWhenClosed(final int deleteStatus) throws Exception {
        context.closeTimeoutNs(TimeUnit.SECONDS.toNanos(5));
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "last");
        final Inbound preconnect = server.take("POST", "/ch/1");
        final Thread closing = new Thread(publisher::close);
        closing.start();

        final Inbound last = server.take("POST", "/ch/0");
        Await.until(() -> "body " + last.bodyText(), last::isComplete);
        final int requestsBefore = server.requestCount();
        last.respond(200, Map.of(), "");
        server.take("DELETE", "/ch").respond(deleteStatus, Map.of(), "");
        closing.join(Await.TIMEOUT_MS);

        assertThat(closing.isAlive()).isFalse();
        assertThat(requestsBefore).isEqualTo(2);
        Await.until(() -> "preconnect still open", preconnect::isGone);
        assertThat(preconnect.isComplete()).isFalse();
        assertThat(trickle.counters()).containsEntry("segments_confirmed", 1L);
        assertThatThrownBy(publisher::beginSegment).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldCloseWithinBoundWhenPeerNeverAnswers() {
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "x");
        segment.complete();
        final long startedNs = System.nanoTime();

        publisher.close();

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs)).isLessThan(2_000);
        assertThat(trickle.counters()).containsEntry("segments_lost_closed", 1L);
        assertThat(publisher.unconfirmedSegments()).isZero();
    }

    @Test
    void shouldCountASegmentAsLostWhenItsChannelWasClosedBeforeItsFirstByteCame() {
        final TricklePublisher publisher = publish();
        final Inbound request = server.take("POST", "/ch/0");
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "too late");
        segment.complete();
        Await.until(() -> "body " + request.bodyText(), request::isComplete);

        request.respond(200, Map.of("Lp-Trickle-Closed", "terminated"), "");

        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        assertThat(publisher.failure()).isEqualTo(EndReason.CHANNEL_CLOSED);
        assertThat(trickle.counters()).containsEntry("segments_confirmed", 0L)
            .containsEntry("segments_lost_closed", 1L);
    }

    @Test
    void shouldRefuseSecondSegmentWhenFirstIsOpen() {
        final TricklePublisher publisher = publish();
        publisher.beginSegment();

        assertThatThrownBy(publisher::beginSegment).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("segment 0 is still open");
    }

    @Test
    void shouldReleaseEverythingWhenCarriageIsClosedUnderWriter() {
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "x");

        trickle.close();

        assertThat(segment.offer(bytes("late"))).isEqualTo(SegmentWriter.CLOSED);
        segment.complete();
        assertThatThrownBy(() -> trickle.publish("other")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("T-170")
    @Tag("T-171")
    void shouldPutHeadsOnTheWireBeforeThereIsAnyData() {
        final TricklePublisher publisher = publish();
        final Inbound first = server.take("POST", "/ch/0");
        assertThat(server.requestCount()).isEqualTo(1);

        publisher.beginSegment();
        final Inbound second = server.take("POST", "/ch/1");

        assertThat(first.isComplete()).isFalse();
        assertThat(second.isComplete()).isFalse();
        assertThat(first.bodyText() + second.bodyText()).isEmpty();
    }

    @Test
    @Tag("T-172")
    void shouldTakeAnyNumberOfProvisionalAnswers() {
        final TricklePublisher publisher = publish();
        final Inbound request = server.take("POST", "/ch/0");
        for (int i = 0; i < 20; i++) {
            request.respondProvisional(i % 2 == 0 ? 100 : 102);
        }
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "x");
        segment.complete();
        Await.until(() -> "body " + request.bodyText(), request::isComplete);
        request.respond(200, Map.of(), "");

        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        assertThat(trickle.counters()).containsEntry("segments_confirmed", 1L);
    }

    @ParameterizedTest
    @CsvSource({"404, CHANNEL_NOT_FOUND", "401, REFUSED", "403, REFUSED"})
    @Tag("T-173")
    void shouldEndWithAReasonAndAskNoMoreWhenTheAnswerIsFinal(final int status, final EndReason reason) {
        final TricklePublisher publisher = publish();
        server.take("POST", "/ch/0").respond(status, Map.of("Connection", "close"), "no");
        Await.until(() -> "failure " + publisher.failure(), () -> publisher.failure() == reason);
        final int requests = server.requestCount();
        final SegmentWriter segment = publisher.beginSegment();

        assertThat(segment.offer(bytes("x"))).isEqualTo(SegmentWriter.CLOSED);

        publisher.close();
        assertThat(server.requestCount()).isEqualTo(requests);
    }

    @Test
    @Tag("T-174")
    void shouldEndWhenTheChannelIsClosedBeforeAnyData() {
        final TricklePublisher publisher = publish();
        server.take("POST", "/ch/0").respond(200,
            Map.of("Lp-Trickle-Closed", "terminated", "Lp-Trickle-Seq", "0", "Connection", "close"), "");

        Await.until(() -> "failure " + publisher.failure(), () -> publisher.failure() == EndReason.CHANNEL_CLOSED);
    }

    @Test
    @Tag("T-175")
    void shouldTakeOverWithOneResetWhenResumed() {
        trickle = HttpTrickle.connect(context);
        final TricklePublisher publisher = trickle.resume("ch", "application/json");
        server.take("GET", "/ch/next").respond(200, Map.of("Lp-Trickle-Latest", "7"), "7");
        publisher.beginSegment().complete();
        publisher.beginSegment();

        assertThat(server.take("POST", "/ch/7").header("Lp-Trickle-Reset")).isEqualTo("1");
        assertThat(server.take("POST", "/ch/8").header("Lp-Trickle-Reset")).isNull();
        assertThat(server.take("POST", "/ch/9").header("Lp-Trickle-Reset")).isNull();
    }

    @Test
    void shouldCallAChannelClosedThatIsGoneAfterItTookData() {
        final TricklePublisher publisher = publish();
        publisher.beginSegment().complete();
        final Inbound first = server.take("POST", "/ch/0");
        Await.until(() -> "not complete", first::isComplete);
        first.respond(200, Map.of(), "");
        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        server.take("POST", "/ch/1").respond(404, Map.of(), "Stream not found\n");

        Await.until(() -> "failure " + publisher.failure(), () -> publisher.failure() == EndReason.CHANNEL_CLOSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    @Tag("T-177")
    void shouldSendTheSegmentAgainWholeWhenThePeerIsBusy(final int status) {
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "kept ");
        final Inbound refused = server.take("POST", "/ch/0");
        Await.until(() -> "no body", () -> refused.consume("kept "));
        refused.respond(status, Map.of("Connection", "close"), "busy");
        awaitRetry();
        offer(segment, "whole");
        segment.complete();

        final Inbound again = server.take("POST", "/ch/0");
        Await.until(() -> "body " + again.bodyText(), again::isComplete);
        again.respond(200, Map.of(), "");
        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);

        assertThat(again.bodyText()).isEqualTo("kept whole");
        assertThat(trickle.counters()).containsEntry("segments_confirmed", 1L);
    }

    @ParameterizedTest
    @CsvSource({"14, 1", "15, 0", "16, 0"})
    void shouldKeepAsManyBytesForARetryAsAllowed(final int limit, final int lost) {
        context.maxRetryBytes(limit); // Ten bytes take fifteen as a chunk.
        final TricklePublisher publisher = publish();
        final SegmentWriter segment = publisher.beginSegment();
        offer(segment, "ten bytes.");
        final Inbound refused = server.take("POST", "/ch/0");
        Await.until(() -> "no body", () -> refused.consume("ten bytes."));

        refused.respond(503, Map.of("Connection", "close"), "busy");

        Await.until(() -> "counters " + trickle.counters(),
            () -> trickle.counters().get("segments_lost_refused") + trickle.counters().get("requests_retried") == 1);
        assertThat(trickle.counters()).containsEntry("segments_lost_refused", (long) lost);
    }

    @Test
    void shouldSendTheTokenWithEveryRequest() {
        context.bearerToken("s3cret");
        final TricklePublisher publisher = publish();
        publisher.beginSegment().complete();
        final Inbound post = server.take("POST", "/ch/0");
        Await.until(() -> "not complete", post::isComplete);
        post.respond(200, Map.of(), "");
        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
        publisher.close();

        assertThat(server.take("DELETE", "/ch").header("Authorization")).isEqualTo("Bearer s3cret");
        assertThat(post.header("Authorization")).isEqualTo("Bearer s3cret");
    }

    private TricklePublisher publish() {
        trickle = HttpTrickle.connect(context);
        return trickle.publish("ch");
    }

    private void awaitRetry() {
        Await.until(() -> "counters " + trickle.counters(), () -> trickle.counters().get("requests_retried") > 0);
    }

    private static void offer(final SegmentWriter segment, final String text) {
        assertThat(segment.offer(bytes(text))).isEqualTo(text.length());
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
