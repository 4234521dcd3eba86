package dev.rill.conform.server;

import dev.rill.conform.Failure;
import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import dev.rill.conform.Profile;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.conform.wire.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Plays steps against a scripted server. */
final class Play {
    static final Profile PROFILE = new Profile("p", JsonObject.with("basePath", "/base/"));

    private Play() {
    }

    /** The steps' JSON in single quotes. */
    static ScenarioResult play(final ScriptedServer server, final String... steps) throws InterruptedException {
        return play(server(server, null), steps);
    }

    static ScenarioResult play(final RunningServer server, final String... steps) throws InterruptedException {
        return suite().play(server, scenario("V-1", steps));
    }

    static Failure failureOf(final ScriptedServer server, final String... steps) throws InterruptedException {
        return play(server, steps).failure();
    }

    static ServerSuite suite() {
        return new ServerSuite(new Vectors(Map.of(PROFILE.name(), PROFILE), List.of(), List.of()));
    }

    static Scenario scenario(final String id, final String... steps) {
        final List<JsonObject> parsed = new ArrayList<>();
        for (final String step : steps) {
            parsed.add(Json.parse(step.replace('\'', '"')));
        }
        return Scenario.of(JsonObject.with(
            "id", id, "title", "a title", "tests", List.of("T-001"), "class", "core", "server", PROFILE.name(),
            "steps", parsed));
    }

    static RunningServer server(final ScriptedServer server, final LocalApi local) {
        return new RunningServer() {
            @Override
            public Endpoint endpoint() {
                return Endpoint.of(server.baseUri().resolve("/mounted/"));
            }

            @Override
            public LocalApi local() {
                return local;
            }

            @Override
            public void close() {
                // The test closes it.
            }
        };
    }
}
