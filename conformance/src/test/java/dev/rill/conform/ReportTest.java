package dev.rill.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final List<Scenario> scenarios = Vectors.load().serverScenarios();
    private final Scenario core = first(ScenarioClass.CORE);
    private final Scenario improved = first(ScenarioClass.IMPROVED);
    private final Failure failure = new Failure("2", "{\"op\":\"expect\"}", "status", "200", "404", "HTTP/1.1 404");

    @Test
    void shouldCountWhatWasPlayed() {
        final Report report = new Report("x", List.of(
            ScenarioResult.passed(core, 3), ScenarioResult.failed(core, failure, 4),
            ScenarioResult.passed(improved, 5), ScenarioResult.notApplicable(improved, "no hooks")));

        assertThat(report.summary()).isEqualTo("1/2 core, 1/1 improved, 1 not applicable");
        assertThat(report.isPassed()).isFalse();
    }

    @Test
    void shouldPassWhenNothingFailed() {
        assertThat(new Report("x", List.of(
            ScenarioResult.passed(core, 3), ScenarioResult.notApplicable(improved, "no hooks"))).isPassed()).isTrue();
    }

    @Test
    void shouldNotPassWhenNothingWasPlayed() {
        final Report report = new Report("x", List.of(ScenarioResult.notApplicable(core, "no server")));

        assertThat(report.isPassed()).isFalse();
        assertThat(report.summary()).isEqualTo("nothing played, 1 not applicable");
    }

    @Test
    void shouldTellMachinesEverything() {
        final JsonObject json = Json.parse(new Report("http://x/", List.of(
            ScenarioResult.failed(core, failure, 4), ScenarioResult.notApplicable(improved, "no hooks"))).toJson());

        assertThat(json.text("target")).isEqualTo("http://x/");
        assertThat(json.flag("passed")).isFalse();
        final JsonObject failed = json.objects("results").get(0);
        assertThat(failed.text("id")).isEqualTo(core.id());
        assertThat(failed.text("verdict")).isEqualTo("failed");
        assertThat(failed.number("durationMs")).isEqualTo(4);
        assertThat(failed.texts("tests")).isEqualTo(core.tests());
        assertThat(failed.object("failure").values()).containsEntry("step", "2").containsEntry("expected", "200")
            .containsEntry("actual", "404").containsEntry("received", "HTTP/1.1 404");
        assertThat(json.objects("results").get(1).values())
            .containsEntry("verdict", "not_applicable").containsEntry("reason", "no hooks");
    }

    private Scenario first(final ScenarioClass type) {
        return scenarios.stream().filter(each -> each.type() == type).findFirst().orElseThrow();
    }
}
