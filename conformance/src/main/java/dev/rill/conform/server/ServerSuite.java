package dev.rill.conform.server;

import dev.rill.conform.Failure;
import dev.rill.conform.JsonObject;
import dev.rill.conform.NotApplicableException;
import dev.rill.conform.Profile;
import dev.rill.conform.Report;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.wire.Dialer;
import dev.rill.conform.wire.Endpoint;
import dev.rill.conform.wire.Http1Dialer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Plays scenarios against servers. Any thread. */
public final class ServerSuite {
    private static final int RADIX = 36;
    private static final int MOST_RUNS = 3;
    private static final long STANDSTILL_MS = 50;

    private final Vectors vectors;
    private final Function<Endpoint, Dialer> protocol;
    private final String run = Long.toString(System.currentTimeMillis(), RADIX);
    private final AtomicInteger played = new AtomicInteger();

    /**
     * Plays over HTTP/1.1.
     *
     * @param vectors where the profiles are.
     */
    public ServerSuite(final Vectors vectors) {
        this(vectors, Http1Dialer::new);
    }

    /**
     * Plays over a protocol.
     *
     * @param vectors  where the profiles are.
     * @param protocol makes what opens the connections of one scenario.
     */
    public ServerSuite(final Vectors vectors, final Function<Endpoint, Dialer> protocol) {
        this.vectors = vectors;
        this.protocol = protocol;
    }

    /**
     * Plays scenarios, profile by profile, on a server for each. Blocks until all are done.
     *
     * @param target    what is judged; not closed.
     * @param scenarios which.
     * @param parallel  most scenarios at a time, at least 1.
     * @param onResult  told each result as it comes, by one thread at a time.
     * @return all results, in the order of the scenarios.
     * @throws InterruptedException if the thread was interrupted; servers are closed then.
     */
    public Report run(
        final ServerTarget target, final List<Scenario> scenarios, final int parallel,
        final Consumer<ScenarioResult> onResult) throws InterruptedException {
        final Map<Scenario, ScenarioResult> results = new LinkedHashMap<>();
        final Consumer<ScenarioResult> keep = result -> {
            synchronized (results) {
                results.put(result.scenario(), result);
                onResult.accept(result);
            }
        };
        final ExecutorService executor = Executors.newFixedThreadPool(parallel, ServerSuite::thread);
        try {
            for (final List<Scenario> group : groups(scenarios)) {
                runOnOneServer(target, group, executor, keep);
            }
        } finally {
            executor.shutdownNow();
        }
        return new Report(target.toString(), scenarios.stream().map(results::get).toList());
    }

    /**
     * Plays one scenario. One that fails while this machine stands still for 50 ms or more has judged the machine; it
     * is played again, up to twice, unless its server must be fresh.
     *
     * @param server   with the profile that the scenario needs.
     * @param scenario which.
     * @return what became of it.
     * @throws InterruptedException if the thread was interrupted.
     */
    public ScenarioResult play(final RunningServer server, final Scenario scenario) throws InterruptedException {
        if (server.local() == null && usesLocalApi(scenario.steps())) {
            return ScenarioResult.notApplicable(scenario, "needs the in-process API of the server");
        }
        final int runs = vectors.profileOf(scenario).isFreshPerScenario() ? 1 : MOST_RUNS;
        ScenarioResult result = null;
        long standstillMs = STANDSTILL_MS;
        for (int i = 0; i < runs && standstillMs >= STANDSTILL_MS; i++) {
            try (HiccupMeter hiccups = new HiccupMeter()) {
                result = playOnce(server, scenario);
                standstillMs = result.verdict() == Verdict.PASSED ? 0 : hiccups.longestMs();
            }
        }
        return result;
    }

    private ScenarioResult playOnce(final RunningServer server, final Scenario scenario)
        throws InterruptedException {
        final String channel = String.join(
            "-", scenario.id().toLowerCase(Locale.ROOT), run, String.valueOf(played.incrementAndGet()));
        final long beginNs = System.nanoTime();
        try (ScenarioPlayer player = new ScenarioPlayer(
            server, protocol.apply(server.endpoint()), vectors.profileOf(scenario), channel)) {
            player.play(scenario.steps());
            return ScenarioResult.passed(scenario, sinceMs(beginNs));
        } catch (final StepFailedException e) {
            return ScenarioResult.failed(scenario, e.failure(), sinceMs(beginNs));
        } catch (final IOException e) {
            return ScenarioResult.failed(scenario, unreachable("connections", e), sinceMs(beginNs));
        }
    }

    /** Scenarios that share a server, in the order of their first ones. */
    private List<List<Scenario>> groups(final List<Scenario> scenarios) {
        final Map<String, List<Scenario>> groups = new LinkedHashMap<>();
        for (final Scenario scenario : scenarios) {
            final Profile profile = vectors.profileOf(scenario);
            final String key = profile.isFreshPerScenario() ? scenario.id() : profile.name();
            groups.computeIfAbsent(key, name -> new ArrayList<>()).add(scenario);
        }
        return new ArrayList<>(groups.values());
    }

    private void runOnOneServer(
        final ServerTarget target, final List<Scenario> scenarios, final ExecutorService executor,
        final Consumer<ScenarioResult> onResult) throws InterruptedException {
        try (RunningServer server = target.open(vectors.profileOf(scenarios.get(0)))) {
            final List<Future<?>> running = new ArrayList<>();
            scenarios.stream().sorted(Comparator.comparing(each -> !each.isSlow())).forEach(scenario ->
                running.add(executor.submit(() -> {
                    onResult.accept(play(server, scenario));
                    return null;
                })));
            for (final Future<?> each : running) {
                each.get();
            }
        } catch (final NotApplicableException e) {
            scenarios.forEach(each -> onResult.accept(ScenarioResult.notApplicable(each, e.getMessage())));
        } catch (final IOException e) {
            scenarios.forEach(each -> onResult.accept(ScenarioResult.failed(each, unreachable("server", e), 0)));
        } catch (final ExecutionException e) {
            throw new IllegalStateException("a scenario could not be played: " + e.getCause().getMessage(), e);
        }
    }

    private static boolean usesLocalApi(final List<JsonObject> steps) {
        return steps.stream().anyMatch(step ->
            "local".equals(step.text("op")) || usesLocalApi(step.objects("steps")));
    }

    private static Failure unreachable(final String what, final IOException reason) {
        return new Failure("", "", what, "to work", String.valueOf(reason.getMessage()), "");
    }

    private static long sinceMs(final long beginNs) {
        return (System.nanoTime() - beginNs) / 1_000_000;
    }

    private static Thread thread(final Runnable task) {
        final Thread thread = new Thread(task, "conform-scenario");
        thread.setDaemon(true);
        return thread;
    }
}
