package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.client.ClientSuite;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripted servers of the wire specification, over both versions of HTTP. */
@ExtendWith(LeakCheck.class)
class ClientVectorsTest {
    static Stream<Scenario> scenarios() {
        return Vectors.load().clientScenarios().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldBehaveAsInSharedVector(final Scenario scenario) {
        play(scenario, ScriptedHttp1::new, "http1");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldBehaveAlikeOverHttp2(final Scenario scenario) {
        play(scenario, ScriptedHttp2::new, "http2");
    }

    private static void play(final Scenario scenario, final Supplier<ScriptedServer> servers, final String protocol) {
        final ScenarioResult result = new ClientSuite(servers).play((task, events) ->
            new ScenarioClient(HttpTrickle.connect(new HttpTrickleContext().baseUri(task.baseUrl()).protocol(protocol)
                .closeTimeoutNs(TimeUnit.MILLISECONDS.toNanos(100))), task, events), scenario);

        assertThat(result.verdict()).as(() -> scenario + "\n" + result.failure()).isEqualTo(Verdict.PASSED);
    }
}
