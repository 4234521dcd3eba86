package dev.rill.it.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the tools that build peers. */
final class Toolbox {
    /** {@code integration-tests/peers}: the sources. */
    static final Path SOURCES = Path.of("peers").toAbsolutePath();

    /** {@code integration-tests/target/peers}: what is built from them. */
    static final Path BUILT = Path.of("target", "peers").toAbsolutePath();

    private static final long LIMIT_S = 300;
    private static final int QUOTED = 600;

    private Toolbox() {
    }

    /**
     * Runs a tool to its end.
     *
     * @return what it said, on either stream.
     * @throws Unavailable if it cannot be started, takes too long, or fails.
     */
    static String run(final Path folder, final Map<String, String> environment, final List<String> command) {
        try {
            Files.createDirectories(BUILT);
            final Path log = Files.createTempFile(BUILT, "tool", ".log");
            final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            final Process process = builder.start();
            final boolean ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
            process.destroyForcibly();
            final String said = Files.readString(log, StandardCharsets.UTF_8).strip();
            Files.delete(log);
            if (!ended || process.exitValue() != 0) {
                throw new Unavailable(String.join(" ", command) + (ended ? " failed: " : " takes too long: ")
                    + said.substring(Math.max(0, said.length() - QUOTED)));
            }
            return said;
        } catch (final IOException e) {
            throw new Unavailable("cannot run " + command.get(0) + ": " + e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    /** The text of a file, or nothing when there is none. */
    static String text(final Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Says why a peer is not there. */
    static final class Unavailable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unavailable(final String reason) {
            super(reason);
        }
    }
}
