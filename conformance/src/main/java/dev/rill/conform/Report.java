package dev.rill.conform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a run.
 *
 * @param target  what was judged.
 * @param results one per scenario.
 */
public record Report(String target, List<ScenarioResult> results) {
    /** Keeps a read-only copy of the results. */
    public Report {
        results = List.copyOf(results);
    }

    /** Number of scenarios of a class with a verdict. */
    public long count(final ScenarioClass type, final Verdict verdict) {
        return results.stream().filter(each -> each.scenario().type() == type && each.verdict() == verdict).count();
    }

    /** True if at least one scenario was played and none failed. */
    public boolean isPassed() {
        final long played = results.stream().filter(each -> each.verdict() != Verdict.NOT_APPLICABLE).count();
        return played > 0 && results.stream().noneMatch(each -> each.verdict() == Verdict.FAILED);
    }

    /** Passed of played scenarios by class, for instance {@code 46/46 core, 20/20 improved, 21 not applicable}. */
    public String summary() {
        final List<String> parts = new ArrayList<>();
        long notApplicable = 0;
        for (final ScenarioClass type : ScenarioClass.values()) {
            final long passed = count(type, Verdict.PASSED);
            final long played = passed + count(type, Verdict.FAILED);
            notApplicable += count(type, Verdict.NOT_APPLICABLE);
            if (played > 0) {
                parts.add(passed + "/" + played + " " + type.label());
            }
        }
        if (parts.isEmpty()) {
            parts.add("nothing played");
        }
        parts.add(notApplicable + " not applicable");
        return String.join(", ", parts);
    }

    /** The run for machines: {@code target}, {@code passed}, {@code summary}, {@code results}. */
    public String toJson() {
        final Map<String, Object> members = new LinkedHashMap<>();
        members.put("target", target);
        members.put("passed", isPassed());
        members.put("summary", summary());
        members.put("results", results.stream().map(ScenarioResult::toJson).toList());
        return Json.write(members);
    }
}
