package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Scenario;
import dev.rill.conform.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/conformance.md as the tests are: every number of the checklist, what it is about, and which tests name it.
 * After a change: {@code mvn verify -pl integration-tests -am -Dtest=ConformanceTableTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Drill.docs.rewrite=true}.
 */
class ConformanceTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DOCUMENT = ROOT.resolve("docs/conformance.md");
    private static final String BEGIN = "<!-- table: begin -->\n";
    private static final String END = "<!-- table: end -->\n";
    private static final String SERVER_TESTS = "TrickleVectorsTest, Http2VectorsTest";
    private static final String CLIENT_TESTS = "ClientVectorsTest";

    private static Map<String, String> checklist;
    private static Map<String, List<String>> tagged;
    private static Map<String, List<Scenario>> scenarios;

    @BeforeAll
    static void read() throws IOException {
        checklist = checklist();
        tagged = TaggedTests.under(ROOT);
        scenarios = new LinkedHashMap<>();
        final Vectors vectors = Vectors.load();
        vectors.serverScenarios().forEach(ConformanceTableTest::index);
        vectors.clientScenarios().forEach(ConformanceTableTest::index);
    }

    @Test
    void shouldNameATestForEveryNumberOfTheChecklist() {
        assertThat(checklist.keySet())
            .allSatisfy(number -> assertThat(testsOf(number)).as("tests of " + number).isNotEmpty());
    }

    @Test
    void shouldKnowEveryNumberThatATestNames() {
        assertThat(checklist.keySet()).containsAll(tagged.keySet()).containsAll(scenarios.keySet());
    }

    @Test
    void shouldListNoTestThatHasFailed() throws IOException {
        final TestReports reports = TestReports.under(ROOT);

        checklist.keySet().stream().flatMap(number -> testsOf(number).stream())
            .flatMap(tests -> List.of(tests.split(", ")).stream()).map(test -> test.replaceAll("\\..*", "")).distinct()
            .forEach(type -> assertThat(reports.failuresOf(type).orElse(0)).as("failures of " + type).isZero());
    }

    @Test
    void shouldListWhatTheTestsName() throws IOException {
        final String document = Files.readString(DOCUMENT);
        final String expected = document.substring(0, document.indexOf(BEGIN) + BEGIN.length())
            + table() + document.substring(document.indexOf(END));

        if (Boolean.getBoolean("rill.docs.rewrite")) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    private static String table() {
        return "| Number | Class | What | Tests | Result |\n|---|---|---|---|---|\n"
            + checklist.keySet().stream().map(ConformanceTableTest::row).collect(Collectors.joining());
    }

    private static String row(final String number) {
        final boolean slow = scenarios.getOrDefault(number, List.of()).stream().anyMatch(Scenario::isSlow);
        return "| " + number + " | " + checklist.get(number) + " | " + aboutOf(number) + " | "
            + String.join("<br>", testsOf(number)) + " | " + (slow ? "passes in `-Plong`" : "passes") + " |\n";
    }

    /** Titles of the scenarios; a number without one is explained by the names of its tests. */
    private static String aboutOf(final String number) {
        return scenarios.getOrDefault(number, List.of()).stream()
            .map(scenario -> scenario.id() + " " + scenario.title().replace("|", "\\|"))
            .collect(Collectors.joining("<br>"));
    }

    private static List<String> testsOf(final String number) {
        final List<String> tests = new ArrayList<>();
        for (final Scenario scenario : scenarios.getOrDefault(number, List.of())) {
            final String players = scenario.id().startsWith("C") ? CLIENT_TESTS
                : scenario.isSlow() ? "TrickleVectorsTest" : SERVER_TESTS;
            if (!tests.contains(players)) {
                tests.add(players);
            }
        }
        tests.addAll(tagged.getOrDefault(number, List.of()));
        return tests;
    }

    private static void index(final Scenario scenario) {
        scenario.tests().forEach(number ->
            scenarios.computeIfAbsent(number, key -> new ArrayList<>()).add(scenario));
    }

    private static Map<String, String> checklist() throws IOException {
        try (InputStream in = Vectors.class.getResourceAsStream("checklist.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split("\t"))
                .collect(Collectors.toMap(row -> row[0], row -> row[1], (one, other) -> one, LinkedHashMap::new));
        }
    }
}
