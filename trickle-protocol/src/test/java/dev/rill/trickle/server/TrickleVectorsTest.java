package dev.rill.trickle.server;

import static dev.rill.trickle.server.VectorJson.asList;
import static dev.rill.trickle.server.VectorJson.asMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The executable scenarios of the wire specification, over raw sockets. */
@Execution(ExecutionMode.CONCURRENT)
class TrickleVectorsTest {
    private static final Map<String, Object> VECTORS = VectorJson.resource("/trickle-vectors.json");
    private static final Set<String> PROFILES =
        Set.of("auto", "noauto", "based", "sweep", "abortgrace", "gapgrace", "linger", "hooks", "feed");
    private static final Map<String, TrickleServer> SERVERS = new ConcurrentHashMap<>();
    private static final AtomicInteger RUNS = new AtomicInteger();

    static Stream<Scenario> scenarios() {
        return all().filter(scenario -> !scenario.slow());
    }

    static Stream<Scenario> slowScenarios() {
        return all().filter(Scenario::slow);
    }

    @AfterAll
    static void shouldHaveGivenAllMemoryBack() {
        for (final Map.Entry<String, TrickleServer> entry : SERVERS.entrySet()) {
            entry.getValue().close();
            assertThat(entry.getValue().channels().counters())
                .as("server profile " + entry.getKey())
                .containsEntry("blocks.inUse", 0L)
                .containsEntry("bytes.pinned", 0L);
        }
        SERVERS.clear();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldBehaveAsSpecified(final Scenario scenario) throws Exception {
        play(scenario);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slowScenarios")
    @Tag("long")
    @Timeout(value = 200, unit = TimeUnit.SECONDS)
    void shouldBehaveAsSpecifiedInTheLongRun(final Scenario scenario) throws Exception {
        play(scenario);
    }

    private static void play(final Scenario scenario) throws Exception {
        if (!PROFILES.contains(scenario.profile())) {
            final String reason =
                scenario.id() + " not applicable: server profile " + scenario.profile() + " is not supported";
            System.out.println("skipped: " + reason);
            Assumptions.abort(reason);
        }
        final TrickleServer server =
            SERVERS.computeIfAbsent(scenario.serverKey(), key -> launch(scenario.profile()));
        final String channel = scenario.id().toLowerCase() + "-" + RUNS.incrementAndGet();
        try (VectorRunner runner = new VectorRunner(server, channel)) {
            runner.run(asList(scenario.definition().get("steps")));
        }
    }

    private static TrickleServer launch(final String name) {
        final Map<String, Object> profile = asMap(asMap(VECTORS.get("serverProfiles")).get(name));
        final TrickleServerContext context = new TrickleServerContext()
            .eventLoopThreads("auto".equals(name) ? 2 : 1)
            .basePath((String) profile.get("basePath"))
            .autocreate((Boolean) profile.get("autocreate"))
            .changefeed((Boolean) profile.get("changefeed"));
        if (profile.containsKey("hooks")) {
            context.authorizer(new PrefixAuthorizer());
        }
        if (profile.containsKey("idleTimeoutMs")) {
            context.idleTimeoutNs(nanos(profile, "idleTimeoutMs")).sweepIntervalNs(nanos(profile, "sweepIntervalMs"));
        }
        if (profile.containsKey("abortGraceMs")) {
            context.abortGraceNs(nanos(profile, "abortGraceMs"));
        }
        if (profile.containsKey("gapGraceMs")) {
            context.gapGraceNs(nanos(profile, "gapGraceMs"));
        }
        if (profile.containsKey("closeLingerMs")) {
            context.closeLingerNs(nanos(profile, "closeLingerMs"));
        }
        return TrickleServer.launch(context);
    }

    private static long nanos(final Map<String, Object> profile, final String key) {
        return TimeUnit.MILLISECONDS.toNanos((long) profile.get(key));
    }

    private static Stream<Scenario> all() {
        return asList(VECTORS.get("scenarios")).stream().map(each -> new Scenario(asMap(each)));
    }

    record Scenario(Map<String, Object> definition) {
        String id() {
            return (String) definition.get("id");
        }

        String profile() {
            return (String) definition.get("server");
        }

        /** One server for all scenarios of a profile, unless each wants its own. */
        String serverKey() {
            final Map<String, Object> profile = asMap(asMap(VECTORS.get("serverProfiles")).get(profile()));
            return profile.containsKey("freshPerScenario") ? profile() + " for " + id() : profile();
        }

        boolean slow() {
            return Boolean.TRUE.equals(definition.get("slow"));
        }

        @Override
        public String toString() {
            return id() + " " + definition.get("class") + " " + profile() + ": " + definition.get("title");
        }
    }
}
