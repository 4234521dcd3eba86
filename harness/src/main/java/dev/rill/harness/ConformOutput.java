package dev.rill.harness;

import dev.rill.conform.Failure;
import dev.rill.conform.Report;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Verdict;
import java.io.PrintWriter;

/** Shows results of the conformance kit to people: a line per scenario, more for a failure, and a summary. */
final class ConformOutput {
    private final PrintWriter out;

    ConformOutput(final PrintWriter out) {
        this.out = out;
    }

    void show(final ScenarioResult result) {
        final String reason = result.verdict() == Verdict.NOT_APPLICABLE ? " (" + result.reason() + ")" : "";
        out.println(result.verdict().label() + " " + result.scenario() + reason);
        if (result.failure() != null) {
            show(result.failure());
        }
        out.flush();
    }

    void show(final Report report) {
        out.println();
        out.println(report.summary());
        out.flush();
    }

    private void show(final Failure failure) {
        if (!failure.step().isEmpty()) {
            out.println("     step     " + failure.step() + " " + failure.action());
        }
        out.println("     checked  " + failure.what());
        out.println("     expected " + failure.expected());
        out.println("     actual   " + failure.actual());
        if (!failure.received().isEmpty()) {
            out.println("     received " + failure.received());
        }
    }
}
