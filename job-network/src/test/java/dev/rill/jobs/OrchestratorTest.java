package dev.rill.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.gateway.HttpOrchestratorLink;
import dev.rill.jobs.gateway.LocalOrchestratorLink;
import dev.rill.jobs.gateway.OrchestratorLink;
import dev.rill.jobs.session.DocumentReader;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.testing.Await;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleSubscriber;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrchestratorTest {
    private static final SessionRequest TINT = new SessionRequest("tint", Map.of("strength", 0.5), "g1", "s1");

    private final Orchestrator orchestrator = Orchestrator.launch(new OrchestratorContext()
        .bridge(new BridgeContext().device("java"))
        .statusIntervalNs(TimeUnit.MILLISECONDS.toNanos(20))
        .maxSessions(2));

    @AfterEach
    void close() {
        orchestrator.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldHaveAllFourChannelsWhenItAnswers(final boolean overHttp) {
        try (OrchestratorLink link = link(overHttp)) {
            final SessionReply reply = link.start(TINT);

            assertThat(orchestrator.server().channels().names())
                .containsExactlyInAnyOrderElementsOf(new SessionChannels(reply.manifestId()).names());
            assertThat(reply.requestId()).isEqualTo("g1");
            assertThat(reply.manifestId()).matches("[0-9a-f]{32}");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseAParameterOutOfRangeAndLeaveNothing(final boolean overHttp) {
        try (OrchestratorLink link = link(overHttp)) {
            assertThatThrownBy(() -> link.start(new SessionRequest("tint", Map.of("strength", 7), "", "")))
                .isInstanceOf(JobException.class).hasMessageContaining("strength").hasMessageContaining("7");

            assertThat(orchestrator.server().channels().names()).isEmpty();
            assertThat(orchestrator.sessionCount()).isZero();
        }
    }

    @Test
    void shouldListItsModelsWhenOneIsUnknown() {
        assertThatThrownBy(() -> orchestrator.start(new SessionRequest("sepia", Map.of(), "", "")))
            .isInstanceOf(JobException.class)
            .hasMessage("unknown model 'sepia': known are blend, blur, edge, identity, invert, tint");

        assertThat(orchestrator.server().channels().names()).isEmpty();
    }

    /** LS-12. */
    @ParameterizedTest
    @ValueSource(strings = {"500", "320", "1088", "0", "-512", "512.5", "\"512\"", "null", "1e99"})
    void shouldRefuseASizeThatNoSessionCanHaveAndOpenNothing(final String side) throws IOException {
        for (final String name : List.of("width", "height")) {
            assertThat(status("POST", "{\"model_id\":\"tint\",\"params\":{\"" + name + "\":" + side + "}}"))
                .as("%s %s", name, side).isEqualTo(400);
        }

        assertThat(orchestrator.server().channels().names()).isEmpty();
        assertThat(orchestrator.sessionCount()).isZero();
    }

    @Test
    void shouldTakeTheSizesOfTheSpecification() throws IOException {
        assertThat(status("POST", "{\"model_id\":\"tint\",\"params\":{\"width\":384,\"u\":9}}")).isEqualTo(200);
        assertThat(status("POST", "{\"model_id\":\"edge\",\"params\":{\"width\":1024,\"height\":512.0}}"))
            .isEqualTo(200);
    }

    @Test
    void shouldCloseAllFourChannelsTogetherWhenTheInputEnds() throws InterruptedException {
        final SessionReply reply = orchestrator.start(TINT);

        orchestrator.server().channels().close(reply.manifestId());

        await(() -> orchestrator.sessionCount() == 0);
        assertThat(orchestrator.server().channels().names()).isEmpty();
    }

    @Test
    void shouldFreeItsCapacityWhenSessionsEnd() throws InterruptedException {
        for (int round = 0; round < 3; round++) {
            final SessionReply first = orchestrator.start(TINT);
            final SessionReply second = orchestrator.start(TINT);
            assertThatThrownBy(() -> orchestrator.start(TINT)).isInstanceOf(JobException.class)
                .hasMessage("insufficient capacity");
            orchestrator.session(first.manifestId()).orElseThrow().close();
            orchestrator.session(second.manifestId()).orElseThrow().close();
            await(() -> orchestrator.sessionCount() == 0);
        }
    }

    @Test
    void shouldPublishItsParametersOnceAndItsLastStatusAsOffline() throws InterruptedException {
        final SessionReply reply = orchestrator.start(TINT);
        final List<SessionEvent> events = new ArrayList<>();
        final boolean[] ended = new boolean[1];
        try (Trickle local = orchestrator.local();
            TrickleSubscriber subscriber =
                local.subscribe(new SessionChannels(reply.manifestId()).events(), Trickle.CURRENT)) {
            final DocumentReader reader =
                new DocumentReader(document -> events.add(SessionEvent.fromJson(document)), reason -> ended[0] = true);
            await(() -> subscriber.poll(reader, 16) >= 0 && events.size() >= 4);

            orchestrator.session(reply.manifestId()).orElseThrow().stop();
            await(() -> subscriber.poll(reader, 16) >= 0 && ended[0]);
        }

        assertThat(events.remove(0).type()).isEqualTo("runner_receive_stream_request");
        assertThat(events).extracting(SessionEvent::type).containsOnly("status");
        assertThat(events.subList(0, 2)).extracting(event -> inference(event).get("last_params"))
            .satisfiesExactly(
                params -> assertThat(params).isEqualTo(Map.of("u", 90.0, "v", 200.0, "strength", 0.5)),
                params -> assertThat(params).isNull());
        assertThat(events.get(0).fields()).containsEntry("state", "LOADING").containsEntry("pipeline", "tint");
        assertThat(events.get(events.size() - 1).fields()).containsEntry("state", "OFFLINE");
    }

    /** Plays {@code seconds} of an injected clock over a session without input, then does {@code last}; its events. */
    private static List<SessionEvent> silence(
        final DeliveryPolicy policy, final int seconds, final Consumer<LiveSession> last)
        throws InterruptedException {
        final AtomicLong nowNs = new AtomicLong(System.nanoTime());
        final List<SessionEvent> events = new ArrayList<>();
        final boolean[] ended = new boolean[1];
        try (Orchestrator silent =
            Orchestrator.launch(new OrchestratorContext().policy(policy).nanoClock(nowNs::get))) {
            final SessionReply reply = silent.start(TINT);
            try (Trickle local = silent.local(); TrickleSubscriber subscriber =
                local.subscribe(new SessionChannels(reply.manifestId()).events(), Trickle.CURRENT)) {
                final DocumentReader reader = new DocumentReader(
                    document -> events.add(SessionEvent.fromJson(document)), reason -> ended[0] = true);
                for (int second = 1; second <= seconds; second++) {
                    nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
                    Thread.sleep(3);
                    subscriber.poll(reader, 16);
                }
                last.accept(silent.session(reply.manifestId()).orElseThrow());
                await(() -> {
                    nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
                    subscriber.poll(reader, 16);
                    return ended[0];
                });
            }
            await(() -> silent.sessionCount() == 0);
        }
        return events;
    }

    private static List<Object> states(final List<SessionEvent> events) {
        return events.stream().filter(event -> "status".equals(event.type()))
            .map(event -> event.fields().get("state")).toList();
    }

    @Test
    void shouldStopAStreamThatHasBeenWithoutInputForAMinute() throws InterruptedException {
        final List<SessionEvent> events = silence(DeliveryPolicy.LIVE, 60, session -> { });

        assertThat(events).filteredOn(event -> "error".equals(event.type())).singleElement().satisfies(error -> {
            assertThat(error.fields()).containsEntry("message", "no input for 60 s: the stream is stopped");
            assertThat(((Number) error.fields().get("time")).doubleValue()).isEqualTo(error.timestampMs() / 1000.0);
        });
        assertThat(states(events)).contains("DEGRADED_INPUT").endsWith("OFFLINE");
    }

    @Test
    void shouldLetABatchWaitForItsInputAsLongAsItTakes() throws InterruptedException {
        final List<SessionEvent> events = silence(DeliveryPolicy.BATCH, 120, LiveSession::stop);

        assertThat(events).filteredOn(event -> "error".equals(event.type())).isEmpty();
        assertThat(states(events)).doesNotContain("ERROR", "DEGRADED_INPUT").endsWith("OFFLINE");
    }

    @Test
    void shouldAnswerWrongMethodsAndBodiesByStatus() throws IOException {
        assertThat(status("GET", null)).isEqualTo(405);
        assertThat(status("POST", "{}")).isEqualTo(400);
        assertThat(status("POST", "not json")).isEqualTo(400);
    }

    @Test
    void shouldRefuseToStartOnceClosed() {
        orchestrator.close();

        assertThatThrownBy(() -> orchestrator.start(TINT)).isInstanceOf(JobException.class)
            .hasMessage("orchestrator is closing");
    }

    @Test
    void shouldEndSessionsThatRunWhenItIsClosed() {
        final LiveSession session = orchestrator.session(orchestrator.start(TINT).manifestId()).orElseThrow();

        orchestrator.close();

        assertThat(session.end()).isNotNull();
        assertThat(orchestrator.sessionCount()).isZero();
    }

    private static Map<?, ?> inference(final SessionEvent event) {
        return (Map<?, ?>) event.fields().get("inference_status");
    }

    private OrchestratorLink link(final boolean overHttp) {
        return overHttp ? new HttpOrchestratorLink(orchestrator.uri()) : new LocalOrchestratorLink(orchestrator);
    }

    private int status(final String method, final String body) throws IOException {
        final HttpURLConnection connection =
            (HttpURLConnection) orchestrator.uri().resolve(SessionRequest.ROUTE).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Connection", "close");
        if (body != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return connection.getResponseCode();
    }

    private static void await(final BooleanSupplier condition) {
        Await.until(() -> "end of sessions, or an event", condition);
    }
}
