package dev.rill.conform.server;

import static dev.rill.conform.server.Play.scenario;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.NotApplicableException;
import dev.rill.conform.Profile;
import dev.rill.conform.Report;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioClass;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.conform.wire.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which scenarios a run plays on which server, and what it says about the others. */
class ServerSuiteTest {
    private static final String GET = "{'op':'request','conn':'a','method':'GET','path':'/base/x'}";
    private static final String EXPECT = "{'op':'expect','conn':'a','status':200}";

    private final ScriptedServer server = new ScriptedHttp1();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shouldReportEachScenarioInOrder() throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of(), ""));
        final List<ScenarioResult> told = new ArrayList<>();
        final List<Scenario> scenarios = List.of(
            scenario("V-1", GET, "{'op':'sleep','ms':100}", EXPECT),
            scenario("V-2", GET, EXPECT),
            scenario("V-3", GET, "{'op':'expect','conn':'a','status':404}"));

        final Report report =
            Play.suite().run(new UrlTarget(endpoint(), "p"), scenarios, 3, told::add);

        assertThat(report.results()).extracting(each -> each.scenario().id() + " " + each.verdict())
            .containsExactly("V-1 PASSED", "V-2 PASSED", "V-3 FAILED");
        assertThat(report.results().get(0).durationMs()).isGreaterThanOrEqualTo(100);
        assertThat(told).containsExactlyInAnyOrderElementsOf(report.results());
        assertThat(report.target()).isEqualTo("http://127.0.0.1:" + endpoint().port() + "/mounted/");
    }

    @Test
    void shouldPlayOneProfileAgainstAUrl() throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of(), ""));
        final Vectors vectors = Vectors.load();

        final Report report = new ServerSuite(vectors).run(
            new UrlTarget(endpoint(), "nobody has this"), vectors.serverScenarios(), 1, result -> { });

        assertThat(report.results()).hasSize(87)
            .allSatisfy(each -> assertThat(each.verdict()).isEqualTo(Verdict.NOT_APPLICABLE));
        assertThat(report.results().get(0).reason()).isEqualTo("needs a server with profile auto");
        assertThat(report.isPassed()).isFalse();
    }

    @Test
    void shouldKnowWhatAUrlCanShow() {
        final List<Scenario> auto = Vectors.load().serverScenarios().stream()
            .filter(each -> each.profile().equals("auto")).toList();

        assertThat(auto).filteredOn(each -> each.type() == ScenarioClass.CORE).hasSize(46);
        assertThat(auto).filteredOn(each -> each.type() == ScenarioClass.IMPROVED).hasSize(20);
    }

    @Test
    void shouldNotTakeAUsedServerForAFreshOne() throws InterruptedException {
        final Vectors vectors = Vectors.load();
        final List<Scenario> feed = vectors.serverScenarios().stream()
            .filter(each -> each.profile().equals("feed")).toList();

        final Report report =
            new ServerSuite(vectors).run(new UrlTarget(endpoint(), "feed"), feed, 1, result -> { });

        assertThat(report.results()).hasSize(2).allSatisfy(each ->
            assertThat(each.reason()).isEqualTo("needs a server that nobody has used before"));
    }

    @Test
    void shouldAskForAServerOfEachProfileOnceAndForAFreshOneEachTime() throws InterruptedException {
        final Counting target = new Counting();
        final Vectors vectors = Vectors.load();

        new ServerSuite(vectors).run(target, vectors.serverScenarios(), 2, result -> { });

        assertThat(target.opened).containsExactly(
            "auto", "noauto", "based", "hooks", "abortgrace", "gapgrace", "linger", "sweep", "feed", "feed");
    }

    @Test
    void shouldFailEveryScenarioOfAServerThatDoesNotStart() throws InterruptedException {
        final Report report = Play.suite().run(
            new Broken(), List.of(scenario("V-1", GET), scenario("V-2", GET)), 1, result -> { });

        assertThat(report.results()).allSatisfy(each -> {
            assertThat(each.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(each.failure().summary()).isEqualTo("server: expected to work, actual no memory");
        });
    }

    @Test
    void shouldCloseTheServerAfterItsScenarios() throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of(), ""));
        final AtomicInteger closed = new AtomicInteger();
        final ServerTarget target = profile -> new Closing(closed);

        Play.suite().run(target, List.of(scenario("V-1", GET, EXPECT), scenario("V-2", GET, EXPECT)), 1, result -> { });

        assertThat(closed).hasValue(1);
    }

    private Endpoint endpoint() {
        return Endpoint.of(server.baseUri().resolve("/mounted/"));
    }

    /** Counts, has no server. */
    private static final class Counting implements ServerTarget {
        private final List<String> opened = new ArrayList<>();

        @Override
        public RunningServer open(final Profile profile) throws NotApplicableException {
            opened.add(profile.name());
            throw new NotApplicableException("none");
        }
    }

    /** Should have a server and has none. */
    private static final class Broken implements ServerTarget {
        @Override
        public RunningServer open(final Profile profile) throws IOException {
            throw new IOException("no memory");
        }
    }

    /** Counts how often it is closed. */
    private final class Closing implements RunningServer {
        private final AtomicInteger closed;

        Closing(final AtomicInteger closed) {
            this.closed = closed;
        }

        @Override
        public Endpoint endpoint() {
            return ServerSuiteTest.this.endpoint();
        }

        @Override
        public LocalApi local() {
            return null;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
