package dev.rill.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VectorsTest {
    private final Vectors vectors = Vectors.load();

    @Test
    void shouldHoldTheScenariosOfTheSpecification() {
        assertThat(vectors.serverScenarios()).filteredOn(each -> each.type() == ScenarioClass.CORE).hasSize(58);
        assertThat(vectors.serverScenarios()).filteredOn(each -> each.type() == ScenarioClass.IMPROVED).hasSize(29);
        assertThat(vectors.clientScenarios()).hasSize(11)
            .allSatisfy(each -> assertThat(each.type()).isEqualTo(ScenarioClass.CLIENT));
        assertThat(vectors.serverScenarios()).filteredOn(Scenario::isSlow).hasSize(2);
    }

    @Test
    void shouldKnowTheProfileOfEveryScenario() {
        assertThat(vectors.serverScenarios()).allSatisfy(each ->
            assertThat(vectors.profileOf(each)).as(each.id()).isNotNull());
        assertThat(vectors.profiles().get("based").basePath()).isEqualTo("/ai/trickle/");
        assertThat(vectors.profiles().get("feed").isFreshPerScenario()).isTrue();
        assertThat(vectors.profiles().get("auto").isFreshPerScenario()).isFalse();
    }

    @Test
    void shouldNameEachScenarioOnceWithItsTests() {
        final Set<String> ids = new HashSet<>();
        for (final List<Scenario> scenarios : List.of(vectors.serverScenarios(), vectors.clientScenarios())) {
            assertThat(scenarios).allSatisfy(each -> {
                assertThat(ids.add(each.id())).as("first of " + each.id()).isTrue();
                assertThat(each.tests()).as(each.id()).isNotEmpty().allMatch(test -> test.matches("T-[0-9]{3}"));
                assertThat(each.steps()).as(each.id()).isNotEmpty();
            });
        }
    }
}
