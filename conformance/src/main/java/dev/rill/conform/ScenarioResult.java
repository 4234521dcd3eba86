package dev.rill.conform;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What became of one scenario.
 *
 * @param scenario   the scenario.
 * @param verdict    passed, failed or not applicable.
 * @param reason     why it is not applicable; else empty.
 * @param failure    why it failed; else null.
 * @param durationMs how long it took, in milliseconds.
 */
public record ScenarioResult(Scenario scenario, Verdict verdict, String reason, Failure failure, long durationMs) {
    /** A scenario that passed. */
    public static ScenarioResult passed(final Scenario scenario, final long durationMs) {
        return new ScenarioResult(scenario, Verdict.PASSED, "", null, durationMs);
    }

    /** A scenario that failed. */
    public static ScenarioResult failed(final Scenario scenario, final Failure failure, final long durationMs) {
        return new ScenarioResult(scenario, Verdict.FAILED, "", failure, durationMs);
    }

    /** A scenario that says nothing about the target. */
    public static ScenarioResult notApplicable(final Scenario scenario, final String reason) {
        return new ScenarioResult(scenario, Verdict.NOT_APPLICABLE, reason, null, 0);
    }

    /** The result for machines. */
    JsonObject toJson() {
        final Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", scenario.id());
        members.put("class", scenario.type().label());
        members.put("tests", scenario.tests());
        members.put("title", scenario.title());
        members.put("verdict", verdict.name().toLowerCase(Locale.ROOT));
        members.put("durationMs", durationMs);
        if (verdict == Verdict.NOT_APPLICABLE) {
            members.put("reason", reason);
        }
        if (failure != null) {
            members.put("failure", JsonObject.with(
                "step", failure.step(), "action", failure.action(), "what", failure.what(),
                "expected", failure.expected(), "actual", failure.actual(), "received", failure.received()));
        }
        return new JsonObject(members);
    }
}
