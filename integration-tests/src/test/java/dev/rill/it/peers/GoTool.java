package dev.rill.it.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
        run(Toolbox.SOURCES.resolve("go"), "build", "-o", binary.toString(), "./cmd/peer");
        return binary.toString();
    }

    /**
     * The binary of {@code peers/go-reference}; fetches its module. Built from a copy, because that completes go.mod.
     */
    static String reference() {
        final Path copy = copyOf(Toolbox.SOURCES.resolve("go-reference"));
        final Path binary = Toolbox.BUILT.resolve("go-reference");
        run(copy, "mod", "edit", "-replace", "rill/peers=" + Toolbox.SOURCES.resolve("go"));
        run(copy, "mod", "tidy");
        run(copy, "build", "-o", binary.toString(), ".");
        return binary.toString();
    }

    private static Path copyOf(final Path module) {
        try (Stream<Path> files = Files.list(module)) {
            final Path copy = Files.createDirectories(Toolbox.BUILT.resolve("go-reference-module"));
            for (final Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            return copy;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot copy " + module, e);
        }
    }

    private static void run(final Path module, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of(tool()));
        command.addAll(List.of(arguments));
        Toolbox.run(module, ENVIRONMENT, command);
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
