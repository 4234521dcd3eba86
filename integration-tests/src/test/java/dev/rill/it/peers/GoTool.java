package dev.rill.it.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds the Go peers. */
final class GoTool {
    private static final int OLDEST_MINOR = 26;
    private static final List<String> CANDIDATES = List.of("go", "/usr/local/go/bin/go");
    private static final Pattern RELEASE = Pattern.compile("go1\\.(\\d+)");
    private static final Map<String, String> ENVIRONMENT = Map.of("GOTOOLCHAIN", "local");

    private GoTool() {
    }

    /** The binary of {@code peers/go}; it needs nothing but the standard library. */
    static String peer() {
        final Path binary = Toolbox.BUILT.resolve("go-peer");
        run("go", "build", "-o", binary.toString(), "./cmd/peer");
        return binary.toString();
    }

    /** The binary of {@code peers/go-reference}; needs the module proxy. */
    static String reference() {
        final Path binary = Toolbox.BUILT.resolve("go-reference");
        run("go-reference", "mod", "tidy");
        run("go-reference", "build", "-o", binary.toString(), ".");
        return binary.toString();
    }

    private static void run(final String module, final String... arguments) {
        final String go = tool();
        final List<String> command = new ArrayList<>(List.of(go));
        command.addAll(List.of(arguments));
        Toolbox.run(Toolbox.SOURCES.resolve(module), ENVIRONMENT, command);
    }

    private static String tool() {
        final List<String> found = new ArrayList<>();
        for (final String go : CANDIDATES) {
            final String version = version(go);
            final Matcher release = RELEASE.matcher(version);
            if (release.find() && Integer.parseInt(release.group(1)) >= OLDEST_MINOR) {
                return go;
            }
            found.add(version);
        }
        throw new Toolbox.Unavailable("Go 1." + OLDEST_MINOR + " or newer is needed; found " + found);
    }

    private static String version(final String go) {
        try {
            return Toolbox.run(Toolbox.SOURCES, ENVIRONMENT, List.of(go, "version"));
        } catch (final Toolbox.Unavailable e) {
            return e.getMessage();
        }
    }
}
