package dev.rill.conform.client;

import dev.rill.conform.Failure;
import dev.rill.conform.Report;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Plays scripted servers for clients. Any thread. */
public final class ClientSuite {
    private final Supplier<ScriptedServer> servers;

    /** Plays over HTTP/1.1. */
    public ClientSuite() {
        this(ScriptedHttp1::new);
    }

    /**
     * Plays over a protocol.
     *
     * @param servers makes the server of one scenario.
     */
    public ClientSuite(final Supplier<ScriptedServer> servers) {
        this.servers = servers;
    }

    /**
     * Plays scenarios one after the other. Blocks until all are done.
     *
     * @param target    what is judged.
     * @param scenarios which.
     * @param onResult  told each result as it comes.
     * @return all results, in the order of the scenarios.
     */
    public Report run(
        final ClientTarget target, final List<Scenario> scenarios, final Consumer<ScenarioResult> onResult) {
        final List<ScenarioResult> results = new ArrayList<>();
        for (final Scenario scenario : scenarios) {
            final ScenarioResult result = play(target, scenario);
            results.add(result);
            onResult.accept(result);
        }
        return new Report(target.toString(), results);
    }

    /**
     * Plays one scenario.
     *
     * @param target   what is judged.
     * @param scenario which.
     * @return what became of it.
     */
    public ScenarioResult play(final ClientTarget target, final Scenario scenario) {
        final long beginNs = System.nanoTime();
        Failure failure;
        try (ClientScenarioPlayer player = new ClientScenarioPlayer(scenario, target, servers.get())) {
            failure = player.play();
        } catch (final IOException e) {
            failure = new Failure("", "", "client", "to start", String.valueOf(e.getMessage()), "");
        }
        final long tookMs = (System.nanoTime() - beginNs) / 1_000_000;
        return failure == null
            ? ScenarioResult.passed(scenario, tookMs) : ScenarioResult.failed(scenario, failure, tookMs);
    }
}
