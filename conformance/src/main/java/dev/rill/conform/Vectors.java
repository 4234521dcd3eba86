package dev.rill.conform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The scenarios that travel with the kit. Immutable.
 *
 * @param profiles        configurations of servers by name.
 * @param serverScenarios what is asked of servers.
 * @param clientScenarios what is asked of publishers and subscribers.
 */
public record Vectors(Map<String, Profile> profiles, List<Scenario> serverScenarios, List<Scenario> clientScenarios) {
    private static final String RESOURCE = "trickle-vectors.json";

    /** Reads the scenarios from this jar. */
    public static Vectors load() {
        try (InputStream in = Vectors.class.getResourceAsStream(RESOURCE)) {
            return of(Json.read(in));
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    private static Vectors of(final JsonObject document) {
        final Map<String, Profile> profiles = new LinkedHashMap<>();
        document.object("serverProfiles").values().forEach((name, settings) ->
            profiles.put(name, new Profile(name, JsonObject.of(settings))));
        return new Vectors(
            Map.copyOf(profiles), scenarios(document, "scenarios"), scenarios(document, "clientScenarios"));
    }

    private static List<Scenario> scenarios(final JsonObject document, final String member) {
        final List<Scenario> result = new ArrayList<>();
        document.objects(member).forEach(each -> result.add(Scenario.of(each)));
        return List.copyOf(result);
    }

    /** The configuration that a scenario of a server needs. */
    public Profile profileOf(final Scenario scenario) {
        return profiles.get(scenario.profile());
    }
}
