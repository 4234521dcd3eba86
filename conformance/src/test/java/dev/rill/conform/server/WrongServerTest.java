package dev.rill.conform.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Failure;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.client.Inbound;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that break one rule of the wire each are caught by the scenario that is there for it. */
class WrongServerTest {
    private final Vectors vectors = Vectors.load();
    private final ServerSuite suite = new ServerSuite(vectors);
    private final ScriptedServer server = new ScriptedHttp1();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shouldPassTheServerThatKeepsTheRules() throws InterruptedException {
        final ScenarioResult result = play("V-001", request ->
            request.respond(200, Map.of("Lp-Trickle-Latest", "0"), request.path().endsWith("/next") ? "0" : ""));

        assertThat(result.verdict()).as(() -> String.valueOf(result.failure())).isEqualTo(Verdict.PASSED);
    }

    @Test
    void shouldCatchAHeadBeforeTheFirstByte() throws InterruptedException {
        final Failure failure = failureOf("V-050", request -> {
            if (request.method().equals("GET")) {
                request.respondHead(200, Map.of("Lp-Trickle-Seq", "0", "Transfer-Encoding", "chunked"));
            } else {
                request.respond(200, Map.of(), "");
            }
        });

        assertThat(failure.step()).isEqualTo("3");
        assertThat(failure.what()).isEqualTo("silence");
        assertThat(failure.expected()).isEqualTo("no byte for 300 ms");
        assertThat(failure.actual()).startsWith("\"HTTP/1.1 200");
    }

    @Test
    void shouldCatchAWrongPointer() throws InterruptedException {
        final Failure failure = failureOf("V-001", request ->
            request.respond(200, Map.of("Lp-Trickle-Latest", "1"), request.path().endsWith("/next") ? "1" : ""));

        assertThat(failure.summary())
            .isEqualTo("step 3: header Lp-Trickle-Latest: expected \"0\", actual \"1\"");
    }

    @Test
    void shouldCatchABodyThatIsCut() throws InterruptedException {
        final Failure failure = failureOf("V-020", request -> {
            if (request.method().equals("GET")) {
                request.respondHead(200, Map.of("Lp-Trickle-Seq", "1", "Transfer-Encoding", "chunked"));
                request.sendChunk("wor");
                request.finish();
            } else {
                request.respond(200, stored(request), "");
            }
        });

        assertThat(failure.summary())
            .isEqualTo("step 12: body, next chunk: expected more bytes, actual the end of the connection");
        assertThat(failure.received()).endsWith("wor\\r\\n");
    }

    @Test
    void shouldCatchAConnectionThatStaysOpen() throws InterruptedException {
        final Failure failure = failureOf("V-022", request -> request.respond(
            200, Map.of("Lp-Trickle-Seq", "0", "Connection", "close"), ""));

        assertThat(failure.step()).isEqualTo("4");
        assertThat(failure.summary()).isEqualTo(
            "step 4: connection: expected its end, actual nothing within 2000 ms");
    }

    @Test
    void shouldCatchSilence() throws InterruptedException {
        final Failure failure = failureOf("V-001", request -> { });

        assertThat(failure.step()).isEqualTo("1");
        assertThat(failure.actual()).isEqualTo("nothing within 2000 ms");
    }

    @Test
    void shouldCatchAServerThatHangsUp() throws InterruptedException {
        final Failure failure = failureOf("V-001", Inbound::reset);

        assertThat(failure.step()).isEqualTo("1");
        assertThat(failure.what()).isEqualTo("connection");
        assertThat(failure.actual()).containsIgnoringCase("reset");
    }

    private static Map<String, String> stored(final Inbound request) {
        return Map.of("Lp-Trickle-Seq", request.path().substring(request.path().lastIndexOf('/') + 1));
    }

    private Failure failureOf(final String id, final Consumer<Inbound> behaviour) throws InterruptedException {
        final ScenarioResult result = play(id, behaviour);

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        return result.failure();
    }

    private ScenarioResult play(final String id, final Consumer<Inbound> behaviour) throws InterruptedException {
        server.responder(behaviour);
        final Scenario scenario = vectors.serverScenarios().stream()
            .filter(each -> each.id().equals(id)).findFirst().orElseThrow();
        return suite.play(Play.server(server, null), scenario);
    }
}
