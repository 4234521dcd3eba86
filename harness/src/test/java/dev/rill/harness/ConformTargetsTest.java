package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Report;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.client.ClientSuite;
import dev.rill.conform.server.ServerSuite;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rill as the conformance kit sees it when it is launched. */
class ConformTargetsTest {
    private static final Vectors VECTORS = Vectors.load();

    static Stream<Scenario> clientScenarios() {
        return VECTORS.clientScenarios().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clientScenarios")
    void shouldPublishAndSubscribeAsSpecified(final Scenario scenario) {
        final ScenarioResult result = new ClientSuite().play(new ConformClientTarget(), scenario);

        assertThat(result.verdict()).as(() -> scenario + "\n" + result.failure()).isEqualTo(Verdict.PASSED);
    }

    /** The profile {@code auto} is played to the end by the tests of trickle-protocol. */
    @Test
    void shouldServeEveryOtherProfileWithItsLocalApi() throws InterruptedException {
        final List<Scenario> scenarios = VECTORS.serverScenarios().stream()
            .filter(each -> !each.profile().equals("auto")).toList();

        final Report report = new ServerSuite(VECTORS).run(new ConformServerTarget(), scenarios, 2, result -> { });

        assertThat(report.results()).allSatisfy(each ->
            assertThat(each.verdict()).as(() -> each.scenario() + "\n" + each.failure())
                .isNotEqualTo(Verdict.FAILED));
        assertThat(report.isPassed()).as(report.summary()).isTrue();
    }
}
