package dev.rill.it.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Installs the Python peers, each into an environment of its own that lasts until the next clean build. */
final class PythonTool {
    private static final Path SCRIPTS = Toolbox.SOURCES.resolve("python");

    private PythonTool() {
    }

    /** The interpreter of an environment with what a list of requirements names. */
    static String interpreter(final String requirements) {
        final Path folder = Toolbox.BUILT.resolve("python-" + requirements);
        final Path list = SCRIPTS.resolve("requirements-" + requirements + ".txt");
        final Path installed = folder.resolve("installed.txt");
        if (!Toolbox.text(installed).equals(Toolbox.text(list))) {
            Toolbox.run(SCRIPTS, Map.of(), List.of("python3", "-m", "venv", "--clear", folder.toString()));
            Toolbox.run(SCRIPTS, Map.of(), List.of(
                folder + "/bin/python", "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check",
                "-r", list.toString()));
            copy(list, installed);
        }
        return folder + "/bin/python";
    }

    /** The command line of a client. */
    static List<String> command(final String interpreter, final String style, final String verb, final String url) {
        return new ArrayList<>(List.of(
            interpreter, SCRIPTS.resolve("peer.py").toString(), verb, "--style", style, "--url", url));
    }

    private static void copy(final Path from, final Path to) {
        try {
            Files.copy(from, to);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot write " + to, e);
        }
    }
}
