package dev.rill.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tests of all modules that name a number of the checklist, found in their sources: {@code @Tag("T-nnn")}. */
final class TaggedTests {
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"(T-\\d{3})\"\\)");
    private static final Pattern NAMED = Pattern.compile("\\b(?:void|class)\\s+(\\w+)");

    private TaggedTests() {
    }

    /**
     * Reads the test sources.
     *
     * @param root folder of the project.
     * @return {@code Class.method}, or {@code Class} where it has the tag itself, by number.
     */
    static Map<String, List<String>> under(final Path root) throws IOException {
        final Map<String, List<String>> tests = new TreeMap<>();
        try (Stream<Path> modules = Files.list(root)) {
            modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory).sorted()
                .forEach(folder -> addFrom(folder, tests));
        }
        tests.values().forEach(names -> names.sort(null));
        return tests;
    }

    private static void addFrom(final Path folder, final Map<String, List<String>> tests) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(file -> addOf(file, tests));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addOf(final Path file, final Map<String, List<String>> tests) {
        final String source;
        try {
            source = Files.readString(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        final String type = file.getFileName().toString().replace(".java", "");
        final Matcher tag = TAG.matcher(source);
        final Matcher named = NAMED.matcher(source);
        while (tag.find()) {
            final boolean found = named.find(tag.end());
            final String name = found ? named.group(1) : type;
            tests.computeIfAbsent(tag.group(1), number -> new ArrayList<>())
                .add(name.equals(type) ? type : type + "." + name);
        }
    }
}
