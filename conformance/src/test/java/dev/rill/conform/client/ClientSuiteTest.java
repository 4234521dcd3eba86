package dev.rill.conform.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import dev.rill.conform.Report;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.wire.RawConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The kit can tell clients that keep the rules from clients that do not. */
class ClientSuiteTest {
    private static final long WITHIN_MS = 5_000;

    private final ClientSuite suite = new ClientSuite();
    private final List<Scenario> scenarios = Vectors.load().clientScenarios();

    @Test
    void shouldPassASubscriberThatEndsOnTheClosedMarker() {
        final ScenarioResult result = play("C-013", (task, events, connection) -> {
            connection.request("GET", "/ch/0", "", new byte[0]);
            connection.awaitFinalHead(WITHIN_MS);
            events.accept(ClientEvents.end(
                connection.header("Lp-Trickle-Closed") == null ? "wrong" : ClientEvents.END_OF_STREAM));
        });

        assertThat(result.verdict()).as(() -> String.valueOf(result.failure())).isEqualTo(Verdict.PASSED);
        assertThat(result.durationMs()).isPositive();
    }

    @Test
    void shouldCatchASubscriberThatAsksAgainAfterTheEnd() {
        final ScenarioResult result = play("C-013", (task, events, connection) -> {
            connection.request("GET", "/ch/0", "", new byte[0]);
            connection.awaitFinalHead(WITHIN_MS);
            events.accept(ClientEvents.end(ClientEvents.END_OF_STREAM));
            Thread.sleep(100);
            connection.request("GET", "/ch/0", "", new byte[0]);
        });

        assertThat(result.failure().step()).isEqualTo("outcome");
        assertThat(result.failure().summary())
            .isEqualTo("step outcome: requests: expected no further ones, actual [GET /ch/0, GET /ch/0]");
    }

    @Test
    void shouldCatchASubscriberThatDoesNotBackOff() {
        final ScenarioResult result = play("C-012", (task, events, connection) -> {
            for (int i = 0; i < 2; i++) {
                connection.request("GET", "/ch/5", "", new byte[0]);
                connection.awaitFinalHead(WITHIN_MS);
            }
        });

        assertThat(result.failure().step()).isEqualTo("2");
        assertThat(result.failure().what()).isEqualTo("time until GET /ch/5");
        assertThat(result.failure().expected()).isEqualTo("at least 100 ms");
    }

    @Test
    void shouldCatchASubscriberThatSpins() {
        final ScenarioResult result = play("C-014", (task, events, connection) -> {
            for (int i = 0; i < 100; i++) {
                connection.request("GET", "/ch/" + i, "", new byte[0]);
                connection.awaitFinalHead(WITHIN_MS);
            }
        });

        assertThat(result.failure().expected()).isEqualTo("2 to 50");
        assertThat(result.failure().actual()).isEqualTo("100");
    }

    @Test
    void shouldGiveAClientThatStartsSlowlyTheTimeOfTheScenarioFromItsFirstRequest() {
        final ScenarioResult result = play("C-014", (task, events, connection) -> {
            Thread.sleep(1_500);
            for (int i = 0; i < 3; i++) {
                connection.request("GET", "/ch/" + i, "", new byte[0]);
                connection.awaitFinalHead(WITHIN_MS);
            }
        });

        assertThat(result.failure()).isNull();
    }

    @Test
    void shouldCatchASubscriberThatJumpsWithoutAWord() {
        final ScenarioResult result = play("C-011", (task, events, connection) -> {
            connection.request("GET", "/ch/2", "", new byte[0]);
            connection.awaitFinalHead(WITHIN_MS);
            connection.request("GET", "/ch/9", "", new byte[0]);
            events.accept(ClientEvents.gap(2, 8));
        });

        assertThat(result.failure().summary()).startsWith(
            "step outcome: event gap: expected {\"from\":2,\"to\":9}, "
                + "actual [{\"event\":\"gap\",\"from\":2,\"to\":8}]");
    }

    @Test
    void shouldCatchAPublisherWithoutAReset() {
        final ScenarioResult result = play("C-005", (task, events, connection) -> {
            assertThat(task.isResume()).isTrue();
            connection.request("GET", "/ch/next", "", new byte[0]);
            connection.awaitFinalHead(WITHIN_MS);
            connection.request("POST", "/ch/7", "Transfer-Encoding: chunked\r\n", new byte[0]);
        });

        assertThat(result.failure().step()).isEqualTo("2");
        assertThat(result.failure().what()).isEqualTo("header Lp-Trickle-Reset of POST /ch/7");
        assertThat(result.failure().actual()).isEqualTo("null");
    }

    @Test
    void shouldSayThatAClientDidNotStart() {
        final ScenarioResult result = suite.play((task, events) -> {
            throw new IOException("no such codec");
        }, scenario("C-001"));

        assertThat(result.failure().summary()).isEqualTo("client: expected to start, actual no such codec");
    }

    @Test
    void shouldDriveAPublisherThroughACommand() {
        final List<String> notes = new ArrayList<>();
        final Report report = suite.run(
            new LaunchedClientTarget("read task; exit 7", notes::add), List.of(scenario("C-010")), result -> { });

        assertThat(report.results().get(0).failure().received()).contains("lost", "exit code 7");
        assertThat(report.summary()).isEqualTo("0/1 client, 0 not applicable");
        assertThat(notes).isEmpty();
    }

    @Test
    void shouldDriveAClientOnTheJvm() throws IOException {
        final List<String> calls = new ArrayList<>();
        final StringWriter out = new StringWriter();
        final String input = "{\"role\":\"publisher\",\"baseUrl\":\"http://h:1/\","
            + "\"channel\":\"ch\",\"config\":{\"startSeq\":0}}\n"
            + ClientLines.OPEN + "\n" + ClientLines.write("x") + "\n" + ClientLines.CLOSE + "\n";

        new ClientDriver((task, events) -> {
            calls.add(task.role() + " " + task.baseUrl() + task.channel() + " " + task.config());
            events.accept(ClientEvents.opened(0));
            return new Recording(calls);
        }, new BufferedReader(new StringReader(input)), new PrintWriter(out)).run();

        assertThat(calls).containsExactly(
            "publisher http://h:1/ch {\"startSeq\":0}", "open", "write x", "close segment", "close");
        assertThat(Json.parse(out.toString().strip()).values()).containsEntry("event", "opened");
    }

    @Test
    void shouldRefuseInputOfAnotherKind() {
        assertThatThrownBy(() -> drive("")).hasMessageContaining("got the end of the input");
        assertThatThrownBy(() -> drive("{\"role\":\"relay\",\"baseUrl\":\"http://h/\",\"channel\":\"c\"}\n"))
            .hasMessage("expected role publisher or subscriber, got relay");
        assertThatThrownBy(() -> drive(
            "{\"role\":\"publisher\",\"baseUrl\":\"http://h/\",\"channel\":\"c\"}\n{\"app\":\"fly\"}\n"))
            .hasMessage("unknown action: {\"app\":\"fly\"}");
    }

    private static void drive(final String input) throws IOException {
        new ClientDriver((task, events) -> new Recording(new ArrayList<>()),
            new BufferedReader(new StringReader(input)), new PrintWriter(new StringWriter())).run();
    }

    private ScenarioResult play(final String id, final Behaviour behaviour) {
        return suite.play((task, events) -> new Behaving(behaviour, task, events), scenario(id));
    }

    private Scenario scenario(final String id) {
        return scenarios.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    /** What a client does. */
    private interface Behaviour {
        void run(ClientTask task, Consumer<JsonObject> events, RawConnection connection) throws Exception;
    }

    /** Runs a behaviour on one connection and on a thread of its own. */
    private static final class Behaving implements ClientUnderTest {
        private final RawConnection connection;

        Behaving(final Behaviour behaviour, final ClientTask task, final Consumer<JsonObject> events)
            throws IOException {
            connection = new RawConnection(task.baseUrl().getPort(), 0);
            final Thread thread = new Thread(() -> {
                try {
                    behaviour.run(task, events, connection);
                } catch (final Exception | AssertionError e) {
                    events.accept(ClientEvents.lost(String.valueOf(e)));
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void openSegment() {
            // Its behaviour knows what to do.
        }

        @Override
        public void write(final String text) {
            // Its behaviour knows what to do.
        }

        @Override
        public void closeSegment() {
            // Its behaviour knows what to do.
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (final IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Keeps what it was told. */
    private record Recording(List<String> calls) implements ClientUnderTest {
        @Override
        public void openSegment() {
            calls.add("open");
        }

        @Override
        public void write(final String text) {
            calls.add("write " + text);
        }

        @Override
        public void closeSegment() {
            calls.add("close segment");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
