package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.server.ServerSuite;
import dev.rill.trickle.server.RillServer;
import dev.rill.trickle.server.RillServerTarget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The executable scenarios of the wire specification over HTTP/2: all but the two that wait for minutes. */
@Execution(ExecutionMode.CONCURRENT)
class Http2VectorsTest {
    private static final Vectors VECTORS = Vectors.load();
    private static final ServerSuite SUITE = new ServerSuite(VECTORS, Http2Dialer::new);
    private static final RillServerTarget TARGET = new RillServerTarget();
    private static final Map<String, RillServer> SERVERS = new ConcurrentHashMap<>();

    static Stream<Scenario> scenarios() {
        return VECTORS.serverScenarios().stream().filter(scenario -> !scenario.isSlow());
    }

    @AfterAll
    static void shouldHaveGivenAllMemoryBack() {
        SERVERS.forEach((name, server) -> {
            server.close();
            assertThat(server.counters()).as("server " + name)
                .containsEntry("blocks.inUse", 0L)
                .containsEntry("bytes.pinned", 0L);
        });
        SERVERS.clear();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldBehaveOverHttp2AsSpecified(final Scenario scenario) throws InterruptedException {
        final String key = VECTORS.profileOf(scenario).isFreshPerScenario() ? scenario.id() : scenario.profile();
        final RillServer server = SERVERS.computeIfAbsent(key, name -> TARGET.open(VECTORS.profileOf(scenario)));

        final ScenarioResult result = SUITE.play(server, scenario);

        assertThat(result.verdict()).as(() -> scenario + "\n" + result.failure()).isEqualTo(Verdict.PASSED);
    }
}
