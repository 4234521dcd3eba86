package dev.rill.gpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The plug-ins that the build makes for tests, in the folder that the property {@code rill.test.plugins} names. */
final class Plugins {
    private Plugins() {
    }

    /** Skips, with the reason, where there was no compiler. */
    static Path assumePresent(final String name) {
        final Path file = Path.of(System.getProperty("rill.test.plugins", "."), name + ".so");
        final boolean isThere = Files.exists(file);
        if (!isThere) {
            System.out.println("skipped: no plug-in " + file);
        }
        assumeTrue(isThere, "no plug-in " + file);
        return file;
    }
}
