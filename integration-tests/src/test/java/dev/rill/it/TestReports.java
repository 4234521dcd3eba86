package dev.rill.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the test runs of the modules before this one have written down. */
final class TestReports {
    private static final Pattern COUNTS =
        Pattern.compile("<testsuite [^>]*\\berrors=\"(\\d+)\"[^>]*\\bfailures=\"(\\d+)\"");

    private final List<Path> files;

    private TestReports(final List<Path> files) {
        this.files = files;
    }

    /** The reports of all modules; none where only this module was built. */
    static TestReports under(final Path root) throws IOException {
        try (Stream<Path> modules = Files.list(root)) {
            return new TestReports(modules.map(module -> module.resolve("target/surefire-reports"))
                .filter(Files::isDirectory).flatMap(TestReports::reports).toList());
        }
    }

    /** Failures and errors of a test class; empty if it has not run. */
    Optional<Integer> failuresOf(final String simpleName) {
        return files.stream().filter(file -> file.getFileName().toString().endsWith("." + simpleName + ".xml"))
            .findFirst().map(TestReports::failuresIn);
    }

    private static Stream<Path> reports(final Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".xml")).toList().stream();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int failuresIn(final Path report) {
        try {
            final Matcher counts = COUNTS.matcher(Files.readString(report));
            return counts.find() ? Integer.parseInt(counts.group(1)) + Integer.parseInt(counts.group(2)) : 1;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
