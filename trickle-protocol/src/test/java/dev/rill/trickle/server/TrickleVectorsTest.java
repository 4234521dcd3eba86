package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.server.ServerSuite;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The executable scenarios of the wire specification, over raw sockets. */
@Execution(ExecutionMode.CONCURRENT)
class TrickleVectorsTest {
    private static final Vectors VECTORS = Vectors.load();
    private static final ServerSuite SUITE = new ServerSuite(VECTORS);
    private static final RillServerTarget TARGET = new RillServerTarget();
    private static final Map<String, RillServer> SERVERS = new ConcurrentHashMap<>();

    static Stream<Scenario> scenarios() {
        return VECTORS.serverScenarios().stream().filter(scenario -> !scenario.isSlow());
    }

    static Stream<Scenario> slowScenarios() {
        return VECTORS.serverScenarios().stream().filter(Scenario::isSlow);
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
    void shouldBehaveAsSpecified(final Scenario scenario) throws InterruptedException {
        play(scenario);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowScenarios")
    @Tag("long")
    @Timeout(value = 200, unit = TimeUnit.SECONDS)
    void shouldBehaveAsSpecifiedInTheLongRun(final Scenario scenario) throws InterruptedException {
        play(scenario);
    }

    private static void play(final Scenario scenario) throws InterruptedException {
        final String key = VECTORS.profileOf(scenario).isFreshPerScenario() ? scenario.id() : scenario.profile();
        final RillServer server = SERVERS.computeIfAbsent(key, name -> TARGET.open(VECTORS.profileOf(scenario)));

        final ScenarioResult result = SUITE.play(server, scenario);

        assertThat(result.verdict()).as(() -> scenario + "\n" + result.failure()).isEqualTo(Verdict.PASSED);
    }
}
