package dev.rill.jobs.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionDocumentsTest {
    private static final URI BASE = URI.create("http://127.0.0.1:8935/ai/trickle/");

    @Test
    void shouldReadTheStartRequestThatItWrites() {
        final SessionRequest request = new SessionRequest("tint", Map.of("strength", 0.5), "g1", "s1");

        assertThat(SessionRequest.fromJson(request.toJson())).isEqualTo(request);
    }

    @Test
    void shouldCarryTheTwoEmptyUrlsThatTheSchemaDemands() {
        final Map<String, Object> document = Json.parseObject(new SessionRequest("tint", Map.of(), "", "").toJson());

        assertThat(document).containsEntry("subscribe_url", "").containsEntry("publish_url", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}|model_id: expected the name of a model, got nothing",
        "{\"model_id\":7}|model_id: expected a string, got 7",
        "{\"model_id\":\"tint\",\"params\":[1]}|params: expected an object, got [1]",
        "[]|expected a JSON object",
        "null|expected a JSON object, got null",
        "{\"model_id\":|expected a JSON object"})
    void shouldNameWhatIsWrongWithAStartRequest(final String body, final String reason) {
        assertThatThrownBy(() -> SessionRequest.fromJson(body.getBytes(UTF_8)))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(reason);
    }

    @Test
    void shouldNameChannelsFromThePointOfViewOfTheGateway() {
        final SessionReply reply = SessionReply.of(new SessionChannels("a7"), BASE, "g1");

        assertThat(reply.publishUrl()).hasToString("http://127.0.0.1:8935/ai/trickle/a7");
        assertThat(reply.subscribeUrl()).hasToString("http://127.0.0.1:8935/ai/trickle/a7-out");
        assertThat(SessionReply.fromJson(reply.toJson(), BASE)).isEqualTo(reply);
    }

    @Test
    void shouldCompleteUrlsWithoutAHostFromTheOrchestrator() {
        final String body = """
            {"publish_url":"/ai/trickle/a","subscribe_url":"/ai/trickle/b",
             "control_url":"/ai/trickle/c","events_url":"/ai/trickle/d"}""";

        final SessionReply reply = SessionReply.fromJson(body.getBytes(UTF_8), URI.create("http://orch:8935/"));

        assertThat(reply.controlUrl()).hasToString("http://orch:8935/ai/trickle/c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish_url", "subscribe_url", "control_url", "events_url"})
    void shouldRefuseAReplyThatLacksAUrl(final String missing) {
        final Map<String, Object> document =
            Json.parseObject(SessionReply.of(new SessionChannels("a7"), BASE, "").toJson());
        document.remove(missing);

        assertThatThrownBy(() -> SessionReply.fromJson(Json.write(document), BASE))
            .isInstanceOf(IllegalArgumentException.class).hasMessage(missing + ": expected a URL, got null");
    }

    @Test
    void shouldReadTheEventThatItWrites() {
        final SessionEvent event = new SessionEvent("status", 1_767_225_600_000L, Map.of("state", "ONLINE"));

        assertThat(SessionEvent.fromJson(event.toJson())).isEqualTo(event);
        assertThat(new String(event.toJson(), UTF_8)).isEqualTo("{\"queue_event_type\":\"ai_stream_events\",\"event\":"
            + "{\"type\":\"status\",\"timestamp\":1767225600000,\"state\":\"ONLINE\"}}");
    }

    @Test
    void shouldTakeADocumentWithoutEnvelopeAsTheEvent() {
        final SessionEvent event = SessionEvent.fromJson("{\"type\":\"error\",\"message\":\"x\"}".getBytes(UTF_8));

        assertThat(event.type()).isEqualTo("error");
        assertThat(event.fields()).containsEntry("message", "x");
    }

    @Test
    void shouldRecogniseTheKeepaliveAsAWholeObjectOnly() {
        assertThat(ControlDocument.isKeepAlive(Json.parseObject(ControlDocument.keepAlive()))).isTrue();
        assertThat(ControlDocument.isKeepAlive(Map.of("keep", "alive", "strength", 1))).isFalse();
    }

    @Test
    void shouldRefuseAParameterThatIsNoNumber() {
        assertThat(ControlDocument.parameters(Map.of("gain", 3))).isEqualTo(Map.of("gain", 3.0));
        assertThatThrownBy(() -> ControlDocument.parameters(Map.of("gain", List.of())))
            .isInstanceOf(IllegalArgumentException.class).hasMessage("parameter gain: expected a number, got []");
    }
}
