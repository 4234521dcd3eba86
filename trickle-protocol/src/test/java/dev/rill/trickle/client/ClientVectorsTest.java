package dev.rill.trickle.client;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class ClientVectorsTest {
    static Stream<Arguments> scenarios() {
        return Json.list(Json.map(Json.read("/trickle-vectors.json")).get("clientScenarios")).stream()
            .map(Json::map)
            .map(s -> Arguments.of(s.get("id") + " " + s.get("title"), s));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldBehaveAsInSharedVector(final String title, final Map<String, Object> scenario) {
        try (ClientScenario running = new ClientScenario(scenario, new ScriptedHttp1())) {
            running.run();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldBehaveAlikeOverHttp2(final String title, final Map<String, Object> scenario) {
        try (ClientScenario running = new ClientScenario(scenario, new ScriptedHttp2())) {
            running.run();
        }
    }
}
